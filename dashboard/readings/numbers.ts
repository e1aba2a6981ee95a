import { InvalidOption } from '../../background/operator.ts'

/** A whole number from a URL. @throws InvalidOption */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  {
    least = 1,
    most,
    otherwise,
  }: { readonly least?: number; readonly most: number; readonly otherwise: number },
): number {
  const text = query.get(name)
  if (text === null || text === '') return otherwise
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new InvalidOption(
    `${name} is ${JSON.stringify(text)}`,
    `${name} is a whole number from ${least} to ${most}`,
  )
}
