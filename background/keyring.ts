import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { InvalidOption } from './errors.ts'
import { BrokenPayload, KeyMissing } from './sealing-errors.ts'

/** Whether the same text of the same task becomes the same ciphertext, which tells that it is the same. */
export type Likeness = 'never alike' | 'alike'

/** Keys by their ids. The first one locks, any of them unlocks. */
export class Keyring {
  readonly #keys: ReadonlyMap<string, Buffer>
  readonly #first: string

  constructor(keys: ReadonlyMap<string, Buffer>) {
    this.#keys = keys
    this.#first = [...keys.keys()][0] as string
  }

  /**
   * Text that only the keys open, and only for the same task: `1.key.id.data`. The id is random, and key and nonce of AES
   * are derived from it, so that no number of payloads is too large for one key. Alike, it is a keyed hash of the text.
   */
  lock(task: string, text: string, likeness: Likeness = 'never alike'): string {
    const first = this.#keys.get(this.#first) as Buffer
    const id = likeness === 'alike' ? hashed(first, task, text) : randomBytes(ID_BYTES)
    const { key, nonce } = derived(first, id)
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(task))
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return [FORMAT, this.#first, id.toString('base64url'), data.toString('base64url')].join('.')
  }

  /** The id of the key that locks. */
  get first(): string {
    return this.#first
  }

  /** @throws KeyMissing, BrokenPayload */
  unlock(task: string, locked: string): string {
    const [format, name = '', id = '', data = ''] = locked.split('.')
    if (format !== FORMAT) throw new BrokenPayload(task, `its format is ${format}`)
    const found = this.#keys.get(name)
    if (!found) throw new KeyMissing(task, name, [...this.#keys.keys()])
    const { key, nonce } = derived(found, Buffer.from(id, 'base64url'))
    const bytes = Buffer.from(data, 'base64url')
    try {
      const decipher = createDecipheriv(CIPHER, key, nonce).setAAD(Buffer.from(task))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch (error) {
      throw new BrokenPayload(task, `it is not what key ${name} has locked for this task`, error)
    }
  }
}

const FORMAT = '1'
const CIPHER = 'aes-256-gcm'
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES, ID_BYTES] = [32, 12, 16, 16]
const KEY = /^([\w-]{1,32}):(.+)$/

function hashed(key: Buffer, task: string, text: string): Buffer {
  const hash = createHmac('sha256', key).update(`${task.length}:${task}${text}`)
  return hash.digest().subarray(0, ID_BYTES)
}

/** Key and nonce for one payload. */
function derived(key: Buffer, id: Buffer) {
  const bytes = createHmac('sha512', key).update(id).digest()
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES) }
}

/**
 * The keys as they are written: `2026-11:<32 bytes in base64>`, several with a comma between them; undefined without any.
 *
 * @throws InvalidOption, which shows no part of a key.
 */
export function keyringOf(written: string | readonly string[] | undefined): Keyring | undefined {
  const all = (typeof written === 'string' ? written.split(',') : (written ?? [])).map(key => key.trim())
  const keys = new Map(all.filter(key => key !== '').map(keyOf))
  if (keys.size < all.filter(key => key !== '').length) throw invalid('two keys have the same id')
  return keys.size === 0 ? undefined : new Keyring(keys)
}

function keyOf(text: string, index: number): [string, Buffer] {
  const [, id = '', material = ''] = KEY.exec(text) ?? []
  if (id === '') throw invalid(`key number ${index + 1} has no id in front of a colon`)
  const bytes = /^[0-9a-f]{64}$/i.test(material)
    ? Buffer.from(material, 'hex')
    : Buffer.from(material, 'base64')
  if (bytes.length !== KEY_BYTES) throw invalid(`key ${id} has ${bytes.length} bytes, not ${KEY_BYTES}`)
  return [id, bytes]
}

function invalid(what: string): InvalidOption {
  return new InvalidOption(
    `encryption keys: ${what}`,
    'a key is an id, a colon and 32 random bytes in base64 or hex: echo "2026-11:$(openssl rand -base64 32)"',
  )
}
