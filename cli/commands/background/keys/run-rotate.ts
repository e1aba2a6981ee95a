import { type Rotated, rotateKeys } from '../../../../background/operator.ts'
import { EXIT } from '../../../exit-codes.ts'
import type { CommonOptions } from '../../../options.ts'
import { plural, print, printJson, say } from '../../../output.ts'
import { recorded } from '../../../record.ts'
import { withClient } from '../with-client.ts'

const MOST_TOLD = 10

export interface RotateOptions extends CommonOptions {
  readonly dryRun?: boolean | undefined
}

/** What `ks bg keys rotate` does. */
export async function runKeysRotate({ dryRun = false, ...options }: RotateOptions): Promise<void> {
  const rotated = await withClient(options, client => {
    const rotate = () => rotateKeys(client.administration, { dryRun })
    return dryRun ? rotate() : recorded(client, { action: 'keys.rotate' }, rotate)
  })
  if (rotated.refused.length > 0 || rotated.missed > 0) process.exitCode = EXIT.partly
  if (options.json) return printJson({ ...rotated, dryRun, refused: rotated.refused.map(refusal) })
  tell(rotated, dryRun)
}

function tell({ key, jobs, history, crons, missed, refused }: Rotated, dryRun: boolean): void {
  for (const { id, task, code, message } of refused.slice(0, MOST_TOLD).map(refusal))
    say(`${id} of ${task}: ${message} (${code})`)
  if (refused.length > MOST_TOLD) say(`and ${refused.length - MOST_TOLD} more`)
  if (missed > 0) say(`${plural(missed, 'payload')} changed in that very instant: do it once more`)
  const what = `${plural(jobs, 'job')}, ${history} in history, ${crons} cron ${crons === 1 ? 'entry' : 'entries'}`
  print(dryRun ? `would encrypt again with ${key}: ${what}` : `encrypted again with ${key}: ${what}`)
}

function refusal({ id, task, error }: Rotated['refused'][number]) {
  return { id, task, code: error.code, message: error.message }
}
