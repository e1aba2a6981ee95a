import { randomBytes } from 'node:crypto'

/** A random positive 63-bit number as text: the id of a worker or a claim, chosen before anybody is asked. */
export function newId(): string {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString()
}
