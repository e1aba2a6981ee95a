import { rewriteJson } from './json-places.ts'
import { JsonText } from './json-text.ts'
import { type Keyring, keyringOf, type Likeness } from './keyring.ts'
import { KeyMissing, PlainPayload } from './sealing-errors.ts'

/** The `encryption` of the configuration. */
export interface Encryption {
  /** `id:key`, the first of which encrypts. */
  readonly keys: string | readonly string[]
  /** What becomes of jobs whose payload is not encrypted. */
  readonly plain: 'accept' | 'refuse'
}

/** What stands in place of a value that is encrypted: an object with this property and no other. */
const MARK = '$encrypted'
/** What a tick of a cron entry adds to an object, in the clear. */
const TICK = '_cron'

/** Encrypts payloads before they leave the process, and opens them for their task. */
export class Sealing {
  readonly #keyring: Keyring
  readonly #plain: Encryption['plain']

  constructor(keyring: Keyring, plain: Encryption['plain'] = 'accept') {
    this.#keyring = keyring
    this.#plain = plain
  }

  /** The id of the key that seals. */
  get key(): string {
    return this.#keyring.first
  }

  /** JSON text for JSON text. An array item by item: the database puts batches together, and takes out what is done. */
  seal(task: string, text: string, likeness?: Likeness): string {
    const sealed = (plain: string) => `{"${MARK}":"${this.#keyring.lock(task, plain, likeness)}"}`
    if (!/^\s*\[/.test(text)) return sealed(text)
    return rewriteJson(text, (path, item) => (path.length === 1 ? sealed(item()) : undefined))
  }

  /**
   * The same with the first key for what was sealed with another; undefined when there is nothing of that kind. Every
   * other character stays.
   *
   * @throws KeyMissing, BrokenPayload
   */
  resealed(task: string, text: string, likeness?: Likeness): string | undefined {
    const value: unknown = JSON.parse(text)
    const parts = Array.isArray(value) ? value : [value]
    const depth = Array.isArray(value) ? 2 : 1
    const old = parts.map(part => {
      const locked = lockOf(part)
      return locked !== undefined && keyOf(locked) !== this.key ? locked : undefined
    })
    if (old.every(locked => locked === undefined)) return undefined
    return rewriteJson(text, path => {
      const locked =
        path.length === depth && path.at(-1) === MARK ? old[depth === 2 ? Number(path[0]) : 0] : undefined
      if (locked === undefined) return undefined
      return JSON.stringify(this.#keyring.lock(task, this.#keyring.unlock(task, locked), likeness))
    })
  }

  /** @throws KeyMissing, BrokenPayload, PlainPayload */
  open(task: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map(item => this.#openOne(task, item))
    return saysNothing(value) ? value : this.#openOne(task, value)
  }

  /** A payload as somebody gives it, who may have read it where it is encrypted: changed, copied, or as it was. */
  opened(task: string, payload: unknown): unknown {
    const value = payload instanceof JsonText ? payload.value : payload
    return lockedIn(value) === undefined ? payload : this.open(task, value)
  }

  #openOne(task: string, value: unknown): unknown {
    const locked = lockOf(value)
    if (locked !== undefined) return withTick(JSON.parse(this.#keyring.unlock(task, locked)), value)
    if (this.#plain === 'refuse') throw new PlainPayload(task)
    return value
  }
}

/** The environment variable with the keys, which win over those of the configuration. */
export const KEYS_VARIABLE = 'BACKGROUND_ENCRYPTION_KEYS'

/** Undefined without a key. @throws InvalidOption */
export function sealingOf(
  encryption: Encryption | undefined,
  environment: string | undefined,
): Sealing | undefined {
  const keyring = keyringOf(environment ?? encryption?.keys)
  return keyring && new Sealing(keyring, encryption?.plain)
}

/** The stored payload of a job of `task`, decrypted if it has to be. @throws KeyMissing, BrokenPayload, PlainPayload */
export function openPayload(task: string, text: string, sealing: Sealing | undefined): unknown {
  const stored: unknown = JSON.parse(text)
  if (sealing) return sealing.open(task, stored)
  const locked = lockedIn(stored)
  if (locked !== undefined) throw new KeyMissing(task, keyOf(locked), [])
  return stored
}

/** Whether somebody has sealed it, or items of it. */
export function isSealed(value: unknown): boolean {
  return lockedIn(value) !== undefined
}

/** What finds sealed JSON of which some is not of `key`, as a regular expression of the database. */
export function sealedWithoutKey(key: string): string {
  return `"\\${MARK}"\\s*:\\s*"1\\.(?!${key}\\.)`
}

function keyOf(locked: string): string {
  return locked.split('.')[1] ?? ''
}

function lockedIn(value: unknown): string | undefined {
  return lockOf(Array.isArray(value) ? value.find(item => lockOf(item) !== undefined) : value)
}

function lockOf(value: unknown): string | undefined {
  const locked = (value as { [MARK]?: unknown } | null | undefined)?.[MARK]
  if (typeof locked !== 'string') return undefined
  return Object.keys(value as object).every(name => name === MARK || name === TICK) ? locked : undefined
}

/** Nothing to hide: no payload, or no more than a cron entry adds. */
function saysNothing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).every(name => name === TICK)
}

/** What a tick has added beside the seal belongs into the payload. */
function withTick(payload: unknown, sealed: unknown): unknown {
  const tick = (sealed as { [TICK]?: unknown })[TICK]
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload)
  return tick === undefined || !isObject ? payload : { ...payload, [TICK]: tick }
}
