import { forgetTarget } from '../engine/activity.ts'
import { forgetJobs } from '../engine/forget.ts'
import { textOption } from '../option-checks.ts'
import { Activities } from './activities.ts'
import type { Administration } from './administration.ts'
import { type Changed, changeJobs, MEANT, type Which } from './job-changes.ts'

/** Who forgets, for the log of activities, and what else is to be forgotten there. */
export interface ForgetOptions {
  /** Default: `app`. */
  readonly by?: string | undefined
  /** The query by which they were found: it may say what nobody is to know any more. */
  readonly query?: string | undefined
}

/** Writes over what jobs were about; that it was done is in the log of activities, and of how many jobs. */
export async function forget(
  administration: Administration,
  which: Which,
  { by = 'app', query }: ForgetOptions,
): Promise<Changed> {
  const deed = { actor: textOption('by', by, 200), action: 'job.forget' }
  const work = async () => {
    if (query !== undefined) await forgetTarget(administration.db, query)
    return forgetThese(administration, which)
  }
  const count = ({ done, refused }: Changed) => ({ done: done.length, refused: refused.length })
  return new Activities(async () => administration).record(deed, work, count)
}

/** The same, for whoever has it known otherwise. */
export function forgetThese(administration: Administration, which: Which): Promise<Changed> {
  const { db, retention } = administration
  return changeJobs(administration, which, MEANT.forget, ids => forgetJobs(db, ids, retention))
}
