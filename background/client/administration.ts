import { Connection } from '../../framework/connection.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import { type Registry, type Retention, retentionOf } from '../registry.ts'

/** What it takes to operate the queue. */
export interface Administration {
  readonly db: Connection
  readonly retention: Retention
}

export interface AdministrationOptions {
  readonly url: string | undefined
  /** How long finished jobs are kept, in milliseconds, unless their task says otherwise. */
  readonly retention: number
  readonly registry?: Registry | undefined
}

/** Connects when first needed, and by itself: a long search must not hold up what is being scheduled. */
export function openAdministration({ url, retention, registry }: AdministrationOptions): Administration {
  const db = new Connection({
    url,
    name: 'kretes background administration',
    settings: ENGINE_SESSION,
    mayExit: true,
  })
  return { db, retention: retentionOf(registry, Math.ceil(retention / 1_000)) }
}
