import { every } from './clock.ts'

const UNITS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
]

/** Times that are told as a distance from now stay right while nothing else changes. */
export function keepCurrent(): void {
  every(1_000, () => {
    if (document.hidden) return
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
      const text = fromNow(Date.parse(time.dateTime) - Date.now())
      if (time.textContent !== text) time.textContent = text
    }
  })
}

function fromNow(ms: number): string {
  const distance = Math.abs(ms)
  const [size, unit] = UNITS.find(([size]) => distance >= size) ?? [0, '']
  if (size === 0) return 'now'
  const text = `${Math.floor(distance / size)}${unit}`
  return ms < 0 ? `${text} ago` : `in ${text}`
}
