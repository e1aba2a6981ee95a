import { existsSync } from 'node:fs'
import { sleep } from '../clock.ts'
import { messageOf } from '../errors.ts'
import { announcementOf } from './announcement.ts'
import { type Cluster, dataOf } from './cluster.ts'
import { enter } from './entrance.ts'
import { stopServer } from './server.ts'
import type { Session } from './session.ts'

/** Long enough for a server that recovers from a crash by itself, and for whoever deletes the data. */
const PAUSE_MS = 250

/**
 * This process's stay with a server, across the server's crashes: a lost server is joined or started again,
 * as long as its data is there. Whoever leaves last stops it.
 */
export class Membership {
  readonly #cluster: Cluster
  readonly #onNotice: (message: string) => void
  readonly #port: number | undefined
  #session: Promise<Session | undefined>
  #left: Promise<void> | undefined

  constructor(cluster: Cluster, session: Session, onNotice: (message: string) => void) {
    this.#cluster = cluster
    this.#onNotice = onNotice
    this.#port = announcementOf(cluster)?.port
    this.#session = Promise.resolve(session)
    this.#stay(session)
  }

  /** Ends the membership, and the server when nobody else is a member. Idempotent. */
  leave(): Promise<void> {
    this.#left ??= this.#leave()
    return this.#left
  }

  async #leave(): Promise<void> {
    const session = await this.#session
    const isLast = await session?.leave().catch(() => false)
    if (isLast) await stopServer(this.#cluster)
    await session?.end()
  }

  #stay(session: Session): void {
    session.lost.then(() => {
      if (!this.#left) this.#session = this.#comeBack()
    })
  }

  async #comeBack(): Promise<Session | undefined> {
    await sleep(PAUSE_MS)
    if (this.#left) return undefined
    try {
      // who deletes the data wants it gone; to create it anew takes a new start
      if (!existsSync(dataOf(this.#cluster))) throw new Error('its data was deleted')
      const { session } = await enter(this.#cluster)
      this.#stay(session)
      const hasMoved = announcementOf(this.#cluster)?.port !== this.#port
      this.#onNotice(`the development database was lost and is back${hasMoved ? ' at another port' : ''}`)
      return session
    } catch (error) {
      this.#onNotice(`the development database is lost: ${messageOf(error)}`)
      return undefined
    }
  }
}
