import { counted } from './numbers.ts'

/** How far something is that is done with many jobs. */
export interface Progress {
  readonly done?: number
  readonly told?: number
  readonly refused?: number
  readonly total?: number
  readonly capped?: boolean
  readonly message?: string
}

/** A bar, and the same in words. */
export function BulkProgress({ progress }: { progress: Progress }) {
  const { done = 0, told = 0, refused = 0, total = 0, capped = false } = progress
  const seen = done + told + refused
  return (
    <div class="panel padded stack">
      <progress value={seen} max={Math.max(1, total, seen)} aria-label="Progress" />
      <p class="row">
        <span class="strong">
          {counted(seen)} of {counted(Math.max(total, seen), capped)}
        </span>
        <span class="faint">{counted(done)} changed</span>
        {told > 0 && <span class="faint">{counted(told)} running ones told</span>}
        {refused > 0 && <span class="worrying">{counted(refused)} left as they were</span>}
      </p>
    </div>
  )
}
