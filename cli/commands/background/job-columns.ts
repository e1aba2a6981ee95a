import type { Job, JobState } from '../../../background/operator.ts'
import type { Style } from '../../output.ts'
import { relativeTime, roughly } from '../../relative-time.ts'
import type { Column } from '../../table.ts'

export const STATE_STYLES: Readonly<Record<JobState, Style>> = {
  scheduled: 'dim',
  available: 'reset',
  running: 'cyan',
  retryable: 'yellow',
  completed: 'green',
  cancelled: 'dim',
  discarded: 'red',
}

/** More of a payload than anybody reads in a table. */
const LONGEST_PREVIEW = 200

/** How jobs stand below each other in a table. */
export const JOB_COLUMNS: readonly Column<Job>[] = [
  { header: 'id', align: 'right', cell: ({ id }) => `#${id}` },
  { header: 'state', cell: ({ state }) => ({ text: state, style: STATE_STYLES[state] }) },
  { header: 'task', least: 12, cell: ({ task }) => task },
  { header: 'queue', least: 6, cell: ({ queue = '' }) => queue },
  { header: 'attempt', align: 'right', cell: attempts },
  { header: 'when', cell: when },
  { header: 'error or payload', least: 10, cell: detail },
]

/** `2/25`: attempts used up, or with the one that runs. */
export function attempts({ attempt, maxAttempts, state }: Job): string {
  const count = state === 'running' ? attempt + 1 : attempt
  return count === 0 ? '' : `${count}/${maxAttempts ?? '?'}`
}

/** The time that matters in its state. */
function when({ state, runAt, claimedAt, finishedAt }: Job): string {
  if (state === 'running' && claimedAt) return `for ${roughly(Math.max(0, Date.now() - claimedAt.getTime()))}`
  if (state === 'available') return `due ${relativeTime(runAt)}`
  return relativeTime(finishedAt ?? runAt)
}

function detail({ error, payload }: Job) {
  if (!error) return { text: JSON.stringify(payload).slice(0, LONGEST_PREVIEW), style: 'dim' as const }
  const { name, message } = error
  return (name ? `${name}: ${message}` : message).slice(0, LONGEST_PREVIEW)
}
