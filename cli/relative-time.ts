const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
] as const

/** `3m ago`, `in 2h`, `now`: how far a time is from this one. */
export function relativeTime(time: Date, now = new Date()): string {
  const ms = time.getTime() - now.getTime()
  if (Math.abs(ms) < 1_000) return 'now'
  return ms < 0 ? `${roughly(-ms)} ago` : `in ${roughly(ms)}`
}

/** A duration in its largest unit: `45s`, `3m`, `2h`, `5d`. */
export function roughly(ms: number): string {
  const [size, unit] = UNITS.find(([size]) => ms >= size) ?? [1, 'ms']
  return `${Math.floor(ms / size)}${unit}`
}

/** A time on this machine's clock: `2026-11-22 08:30:00`. To ask for a locale would load all of them, for 20 ms. */
export function localTime(time: Date): string {
  const [year, ...date] = [time.getFullYear(), time.getMonth() + 1, time.getDate()]
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
  return `${[String(year), ...date.map(twoDigits)].join('-')} ${clock.map(twoDigits).join(':')}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
