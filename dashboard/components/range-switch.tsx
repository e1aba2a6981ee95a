import { RANGE_NAMES } from '../readings/range.ts'

/** For how long back the charts go. */
export function RangeSwitch({ range, path }: { range: string; path: string }) {
  return (
    <nav class="switch" aria-label="Time range">
      {RANGE_NAMES.map(name => (
        <a href={`${path}?range=${name}`} aria-current={name === range ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  )
}
