import { Connection } from '../../framework/connection.ts'
import type { Executor } from '../../framework/executor.ts'
import { readOnly } from '../engine/reading.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { type Registry, type Retention, retentionOf } from '../registry.ts'
import type { Sealing } from '../sealing.ts'

/** What it takes to operate the queue. */
export interface Administration {
  readonly db: Connection
  /** For questions: read only, and given up when they take long. */
  readonly reads: Executor
  readonly retention: Retention
  /** The most bytes a payload may have as JSON. */
  readonly payloadLimit: number
  /** Encrypts payloads; undefined without keys. */
  readonly sealing: Sealing | undefined
  /** Tasks at hand: their schemas judge payloads. */
  readonly registry: Registry | undefined
}

export interface AdministrationOptions {
  readonly url: string | undefined
  /** How long finished jobs are kept, in milliseconds, unless their task says otherwise. */
  readonly retention: number
  readonly payloadLimit: number
  readonly sealing?: Sealing | undefined
  readonly registry?: Registry | undefined
}

/** Connects when first needed, and by itself: a long search must not hold up what is being scheduled. */
export function openAdministration(options: AdministrationOptions): Administration {
  const { url, retention, payloadLimit, sealing, registry } = options
  const db = new Connection({
    url,
    name: 'kretes background administration',
    settings: ENGINE_SESSION,
    mayExit: true,
  })
  const kept = retentionOf(registry, Math.ceil(retention / 1_000))
  return { db, reads: readOnly(db), retention: kept, payloadLimit, sealing, registry }
}
