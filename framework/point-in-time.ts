const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i

/** How {@link pointInTime} wants it, for whoever wrote it otherwise. */
export const POINT_IN_TIME = '2026-11-22, 2026-11-22T08:30 (local time) or 2026-11-22T08:30Z'

/**
 * The time that `text` names, undefined when it names none. Without a zone it is the local one, also for a day alone,
 * which JavaScript would take as UTC.
 *
 * @example pointInTime('2026-11-22T08:30')
 */
export function pointInTime(text: string): Date | undefined {
  const [day, rest = 'T00:00'] = [text.slice(0, 10), text.slice(10) || undefined]
  const date = new Date(`${day}${rest}`)
  return TIME.test(text) && isInCalendar(day) && !Number.isNaN(date.getTime()) ? date : undefined
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isInCalendar(day: string): boolean {
  return new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8))
}
