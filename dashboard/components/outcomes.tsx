import type { CronRow } from '../readings/crons.ts'

/** What became of the last jobs of a cron entry, the oldest first; each leads to its job. */
export function Outcomes({ last }: Pick<CronRow, 'last'>) {
  if (last.length === 0) return <span class="faint nowrap">none yet</span>
  return (
    <span class="outcomes">
      {[...last].reverse().map(({ id, state }) => (
        <a href={`jobs/${id}`} title={`#${id} ${state}`} aria-label={`#${id} ${state}`}>
          <span class={`dot ${state}`} />
        </a>
      ))}
    </span>
  )
}
