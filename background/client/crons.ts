import type { Executor } from '../../framework/executor.ts'
import { type CronEntry, type CronOptions, completeEntry, cronEntry, type TaskCron } from '../cron.ts'
import { CronExists, CronInCode, CronNotFound } from '../cron-errors.ts'
import { sealedEntry } from '../cron-sealing.ts'
import { Ticks } from '../cron-ticks.ts'
import { type CronRecord, listCrons } from '../engine/cron-list.ts'
import { addCron, changeCron, pauseCron, removeCron, resumeCron } from '../engine/cron-operate.ts'
import { ring } from '../engine/ring.ts'
import type { Registry } from '../registry.ts'
import { isSealed, openPayload, type Sealing } from '../sealing.ts'

export type { CronRecord as CronInfo } from '../engine/cron-list.ts'

/** What it takes to operate cron entries. */
export interface CronAdministration {
  readonly db: Executor
  /** Where is only read. Default: `db`. */
  readonly reads?: Executor | undefined
  /** The most bytes a payload may have as JSON. */
  readonly payloadLimit: number
  /** Tasks at hand: their schemas judge payloads, their options fill in what an entry leaves out. */
  readonly registry?: Registry | undefined
  /** Encrypts payloads; undefined without keys. */
  readonly sealing?: Sealing | undefined
}

/**
 * The cron entries in the database, to look at and to operate while workers run, which follow at once. Entries from
 * code can be paused and resumed; the others are added, changed and removed here.
 */
export class Crons {
  readonly #administration: () => Promise<CronAdministration>

  constructor(administration: () => Promise<CronAdministration>) {
    this.#administration = administration
  }

  /** All entries, by name. */
  async list(): Promise<CronRecord[]> {
    const { db, reads = db } = await this.#administration()
    return listCrons(reads)
  }

  /** @throws CronNotFound with the name that was probably meant. */
  async get(name: string): Promise<CronRecord> {
    const { db, reads = db } = await this.#administration()
    const [found] = await listCrons(reads, name)
    if (found) return found
    const names = (await listCrons(reads)).map(entry => entry.name)
    throw new CronNotFound(name, names)
  }

  /**
   * Adds an entry; its first tick is the next one from now.
   *
   * @throws CronExists; InvalidOption, InvalidPayload
   * @example await crons.add({ task: 'SendReport', expression: '0 8 * * MON-FRI', timeZone: 'Europe/Warsaw' })
   */
  async add(options: CronOptions): Promise<CronRecord> {
    const { db } = await this.#administration()
    const entry = await this.#entryOf(options)
    if (!(await addCron(db, entry))) throw new CronExists(entry.name)
    return this.#tellWorkers(entry.name)
  }

  /**
   * Changes some options of an entry that was added at run time; `undefined` brings an option's default back. Which
   * ticks are settled stays, so that none is scheduled twice and a changed expression counts on from the last tick.
   *
   * @throws CronNotFound, CronInCode; InvalidOption, InvalidPayload
   * @example await crons.change('SendReport', { expression: '0 9 * * MON-FRI' })
   */
  async change(name: string, changes: Omit<Partial<CronOptions>, 'name'>): Promise<CronRecord> {
    const { db, sealing } = await this.#administration()
    const current = await this.get(name)
    const entry = await this.#entryOf({ ...changedOptions(current, changes, sealing), name })
    return this.#done(await changeCron(db, entry), name)
  }

  /** Pauses an entry until it is resumed, also across deploys. @throws CronNotFound */
  async pause(name: string): Promise<CronRecord> {
    const { db } = await this.#administration()
    return this.#done(await pauseCron(db, name), name)
  }

  /** Lets an entry go on with its next tick; those that passed while it was paused are not missed. @throws CronNotFound */
  async resume(name: string): Promise<CronRecord> {
    const { db } = await this.#administration()
    return this.#done(await resumeCron(db, name), name)
  }

  /** Removes an entry that was added at run time. Jobs it has scheduled stay. @throws CronNotFound, CronInCode */
  async remove(name: string): Promise<void> {
    const { db } = await this.#administration()
    if (await removeCron(db, name)) await ring(db, 'cron')
    else await this.#explain(name)
  }

  async #entryOf(options: CronOptions): Promise<CronEntry> {
    const { registry, payloadLimit, sealing } = await this.#administration()
    const payload = opened(options.task, options.payload, sealing)
    const entry = cronEntry({ ...options, payload }, 'dynamic')
    return sealedEntry(await completeEntry(entry, registry?.find(entry.task), payloadLimit), sealing)
  }

  #done(happened: boolean, name: string): Promise<CronRecord> {
    return happened ? this.#tellWorkers(name) : this.#explain(name)
  }

  async #tellWorkers(name: string): Promise<CronRecord> {
    const { db } = await this.#administration()
    await ring(db, 'cron')
    return this.get(name)
  }

  /** Why nothing happened to the entry. */
  async #explain(name: string): Promise<never> {
    const { source } = await this.get(name)
    throw new CronInCode(name, source)
  }
}

/** The next `count` ticks of an entry after a time, as long as nobody pauses it. */
export function nextTicks(
  { expression, timeZone }: Pick<TaskCron, 'expression' | 'timeZone'>,
  count: number,
  after: Date,
): Date[] {
  const ticks = new Ticks(expression, timeZone ?? 'UTC')
  const found: Date[] = []
  for (let at = ticks.after(after.getTime()); at !== undefined && found.length < count; at = ticks.after(at))
    found.push(new Date(at))
  return found
}

/** What an entry is made of after `changes`, without what means nothing beside them. */
function changedOptions(
  entry: CronRecord,
  changes: Partial<CronOptions>,
  sealing: Sealing | undefined,
): CronOptions {
  const { name, task, expression, timeZone, queue, priority, maxAttempts } = entry
  const { key, missed = 'skip' } = { key: entry.key, missed: entry.missed, ...changes }
  return {
    ...{ name, task, expression, timeZone, queue, priority, maxAttempts, key, missed },
    payload: 'payload' in changes ? changes.payload : opened(task, JSON.parse(entry.payload), sealing),
    keyMode: key === undefined ? undefined : entry.keyMode,
    fill: missed === 'skip' ? undefined : entry.fill,
    cap: missed === 'all' ? entry.cap : undefined,
    ...changes,
  }
}

/** A payload as it was stored may be given back, also when it is to be for another task. @throws KeyMissing */
function opened(task: string, payload: unknown, sealing: Sealing | undefined): unknown {
  return isSealed(payload) ? openPayload(task, JSON.stringify(payload), sealing) : payload
}
