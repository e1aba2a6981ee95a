import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { didYouMean } from '../../framework/did-you-mean.ts'
import { messageOf } from '../../framework/errors.ts'
import type { BackgroundConfig } from '../config.ts'
import { type CronEntry, completeEntry, cronEntry } from '../cron.ts'
import { DuplicateCron, InvalidCron } from '../cron-errors.ts'
import { BackgroundError } from '../errors.ts'
import type { Registry } from '../registry.ts'
import type { Problem } from './problem.ts'

export interface CronsPlace {
  /** The app's directory. */
  readonly root: string
  readonly config: Pick<BackgroundConfig, 'crontab' | 'cron' | 'payloadLimit'>
  readonly registry: Registry
}

export interface LoadedCrons {
  readonly entries: readonly CronEntry[]
  /** Entries for tasks that are not in the registry: another worker may know them. */
  readonly problems: readonly Problem[]
}

/** An entry and where it stands, for people. */
interface Found {
  readonly entry: CronEntry
  readonly place: string
}

const DEFAULT_FILE = 'crontab'

/**
 * The cron entries that the app's code defines: in its crontab, its configuration and its tasks.
 *
 * @throws InvalidCrontab, DuplicateCron; InvalidCron for a payload that the task refuses; BackgroundError
 * `CRONTAB_UNREADABLE`, also when the configuration names a file that is not there.
 */
export async function loadCrons({ root, config, registry }: CronsPlace): Promise<LoadedCrons> {
  const found = [...(await inCrontab(root, config.crontab)), ...inConfig(config.cron), ...inTasks(registry)]
  refuseDuplicates(found)
  const entries = await Promise.all(found.map(one => complete(one, registry, config.payloadLimit)))
  return { entries, problems: found.flatMap(one => strangerIn(one, registry)) }
}

async function inCrontab(root: string, configured: string | undefined): Promise<Found[]> {
  const file = configured ?? DEFAULT_FILE
  const text = await readCrontab(root, file, configured !== undefined)
  if (text === undefined) return []
  const { parseCrontab } = await import('../crontab.ts')
  return parseCrontab(text, file).map(({ entry, line }) => ({ entry, place: `${file}:${line}` }))
}

async function readCrontab(root: string, file: string, isRequired: boolean): Promise<string | undefined> {
  try {
    return await readFile(resolve(root, file), 'utf8')
  } catch (error) {
    if (!isRequired && (error as { code?: unknown }).code === 'ENOENT') return undefined
    throw new BackgroundError(`the crontab ${file} cannot be read: ${messageOf(error)}`, {
      code: 'CRONTAB_UNREADABLE',
      hint: 'make it a file that can be read, or name another one as background.crontab in kretes.config.ts',
      cause: error,
    })
  }
}

function inConfig(entries: readonly CronEntry[]): Found[] {
  return entries.map((entry, index) => ({ entry, place: `background.cron[${index}] in the configuration` }))
}

function inTasks(registry: Registry): Found[] {
  return registry.names.flatMap(name => {
    const crons = registry.get(name).cron ?? []
    return crons.map(cron => ({
      entry: cronEntry({ ...cron, task: name }, 'task'),
      place: `the task ${name}`,
    }))
  })
}

function refuseDuplicates(found: readonly Found[]): void {
  const places = new Map<string, string[]>()
  for (const { entry, place } of found) places.set(entry.name, [...(places.get(entry.name) ?? []), place])
  const twice = [...places].filter(([, where]) => where.length > 1)
  if (twice.length > 0) throw new DuplicateCron(twice)
}

async function complete({ entry, place }: Found, registry: Registry, limit: number): Promise<CronEntry> {
  try {
    return await completeEntry(entry, registry.find(entry.task), limit)
  } catch (error) {
    throw new InvalidCron(entry.name, place, error)
  }
}

function strangerIn({ entry, place }: Found, registry: Registry): Problem[] {
  if (registry.find(entry.task)) return []
  const meant = didYouMean(entry.task, registry.names)
  const message = `the cron entry ${entry.name} is for ${entry.task}, a task that this worker does not know`
  const hint = meant
    ? `did you mean ${meant}?`
    : `its jobs wait for a worker that does; or add tasks/${entry.task}.ts`
  return [{ severity: 'warning', file: place, message, hint }]
}
