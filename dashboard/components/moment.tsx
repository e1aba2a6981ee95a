import { humanDuration } from '../../framework/duration.ts'

/** A point in time as people say it: `4m ago`, `in 2h`. The page's script keeps it current; the exact one is its title. */
export function Moment({ at, now }: { at: Date; now: Date }) {
  return (
    <time datetime={at.toISOString()} title={exactly(at)} data-ago>
      {fromNow(at.getTime() - now.getTime())}
    </time>
  )
}

/** A point in time as the clock says it. */
export function Clock({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{exactly(at)}</time>
}

/** Of milliseconds, from past to future. */
export function fromNow(ms: number): string {
  const distance = Math.abs(ms)
  if (distance < 1_000) return 'now'
  const [text = ''] = humanDuration(
    distance < 60_000 ? Math.floor(distance / 1_000) * 1_000 : distance,
  ).split(' ')
  return ms < 0 ? `${text} ago` : `in ${text}`
}

/** `2026-11-22 14:03:05 UTC` */
function exactly(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How long something took. */
export function Lasted({ ms }: { ms: number | undefined }) {
  return <>{ms === undefined ? <span class="faint">–</span> : humanDuration(ms)}</>
}
