const GROUPED = new Intl.NumberFormat('en')

/** `12,345`; with a plus behind it when there are more than were counted. */
export function counted(count: number, isCapped = false): string {
  return `${GROUPED.format(count)}${isCapped ? '+' : ''}`
}

/** `1 job`, `12 jobs`. */
export function amount(count: number, one: string, isCapped = false): string {
  return `${counted(count, isCapped)} ${count === 1 && !isCapped ? one : `${one}s`}`
}

/** A rate per second: `0.4/s`, `1,200/s`. */
export function perSecond(rate: number): string {
  return `${rate === 0 || rate >= 10 ? GROUPED.format(Math.round(rate)) : rate.toFixed(rate < 1 ? 2 : 1)}/s`
}

/** `3.2%` */
export function percent(share: number): string {
  if (share === 0) return '0%'
  return share < 0.001 ? '<0.1%' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** `341 MB` */
export function bytes(size: number): string {
  const power = size < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(size) / Math.log(1_024)))
  const value = size / 1_024 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`
}
