import type { Client, Secrets } from '../../background/operator.ts'
import type { Viewer } from '../access.ts'

/** What a reading gets to work with. */
export interface Asked {
  readonly client: Client
  readonly viewer: Viewer
  /** The values of `:name` in the path, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** What must not be shown. */
  readonly secrets: Secrets
  /** For how many milliseconds a due job may wait before that is a problem. */
  readonly latencyTarget: number
}
