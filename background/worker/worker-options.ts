import type { Logger } from '../../framework/logger.ts'
import type { BackgroundConfig } from '../config.ts'
import type { CronEntry } from '../cron.ts'
import type { Registry } from '../registry.ts'
import type { WorkerHost } from '../task-host.ts'

export interface WorkerOptions {
  readonly url: string | undefined
  readonly config: BackgroundConfig
  readonly registry: Registry
  readonly logger: Logger
  /** The cron entries from code. Without them, empty or not, this worker leaves cron to others. */
  readonly cron?: readonly CronEntry[] | undefined
  /** What tasks can do with the app's database. */
  readonly host?: WorkerHost | undefined
}
