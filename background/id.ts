import { randomBytes } from 'node:crypto'

/** A random positive 63-bit number as text: the id of a worker or a claim, chosen before anybody is asked. */
export function newId(): string {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString()
}

/** Compares ids as the numbers they are, though they may be larger than a number can hold exactly. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
