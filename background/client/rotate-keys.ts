import { isKretesError, type KretesError } from '../../framework/errors.ts'
import {
  type PayloadTable,
  payloadsBehind,
  payloadsOfCrons,
  type Replacement,
  replacePayloads,
  replacePayloadsOfCrons,
  type StoredPayload,
} from '../engine/rotation.ts'
import type { Likeness } from '../keyring.ts'
import { type Sealing, sealedWithoutKey } from '../sealing.ts'
import { NoKey } from '../sealing-errors.ts'
import type { Administration } from './administration.ts'

/** What became of payloads that older keys had encrypted. */
export interface Rotated {
  /** The key that they are encrypted with now. */
  readonly key: string
  /** How many of jobs that wait or run. */
  readonly jobs: number
  /** How many of jobs that have finished. */
  readonly history: number
  /** How many of cron entries. */
  readonly crons: number
  /** How many changed in that very instant: the next time finds them. */
  readonly missed: number
  /** Those that cannot be opened, and why; the first thousand of them. */
  readonly refused: readonly RotationRefusal[]
}

export interface RotationRefusal {
  /** The id of a job, or the name of a cron entry. */
  readonly id: string
  readonly task: string
  readonly error: KretesError
}

export interface RotateOptions {
  /** Whether it is only tried. Default: false. */
  readonly dryRun?: boolean | undefined
  /** It is told after each part how many there are so far. */
  readonly onProgress?: ((sofar: number) => void) | undefined
}

/** A payload may have a megabyte. */
const PART = 100
const MOST_REFUSED = 1_000

/**
 * Encrypts with the first key what older keys have encrypted, part by part, each of which is one transaction. One that is
 * interrupted goes on where it was when it is begun again: it passes over what is done.
 *
 * @throws NoKey
 */
export async function rotateKeys(
  { db, sealing }: Administration,
  options: RotateOptions = {},
): Promise<Rotated> {
  if (!sealing) throw new NoKey()
  const rotation = new Rotation(sealing, options)
  const pattern = sealedWithoutKey(sealing.key)
  const crons = await rotation.part(await payloadsOfCrons(db, pattern), 'alike', all =>
    replacePayloadsOfCrons(db, all),
  )
  const walk = async (table: PayloadTable) => {
    let done = 0
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const { found, last } = await payloadsBehind(db, { table, after, pattern }, PART)
      done += await rotation.part(found, 'never alike', all => replacePayloads(db, table, all))
      after = last
    }
    return done
  }
  // a job that ends meanwhile takes its new payload along
  const [jobs, history] = [await walk('job'), await walk('finished')]
  return { key: sealing.key, jobs, history, crons, missed: rotation.missed, refused: rotation.refused }
}

class Rotation {
  readonly refused: RotationRefusal[] = []
  missed = 0
  #sofar = 0
  readonly #sealing: Sealing
  readonly #options: RotateOptions

  constructor(sealing: Sealing, options: RotateOptions) {
    this.#sealing = sealing
    this.#options = options
  }

  /** Answers how many were done. */
  async part(
    found: readonly StoredPayload[],
    likeness: Likeness,
    replace: (all: readonly Replacement[]) => Promise<number>,
  ): Promise<number> {
    const all = found.flatMap(one => this.#replacement(one, likeness))
    if (all.length === 0) return 0
    const done = this.#options.dryRun ? all.length : await replace(all)
    this.missed += all.length - done
    this.#sofar += done
    this.#options.onProgress?.(this.#sofar)
    return done
  }

  #replacement(one: StoredPayload, likeness: Likeness): Replacement[] {
    try {
      const by = this.#sealing.resealed(one.task, one.payload, likeness)
      return by === undefined ? [] : [{ ...one, by }]
    } catch (error) {
      if (!isKretesError(error)) throw error
      if (this.refused.length < MOST_REFUSED) this.refused.push({ id: one.id, task: one.task, error })
      return []
    }
  }
}
