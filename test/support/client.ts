import { afterEach } from 'vitest'
import { Client, type ClientOptions } from '../../background/client/client.ts'
import { CHANNEL } from '../../background/engine/ring.ts'
import { Connection } from '../../framework/connection.ts'
import type { Engine } from './engine.ts'

/** Clients of one database for the tests of a file, closed after each test. */
export interface Clients {
  open(options?: Partial<ClientOptions>): Client
  /** Everything that somebody who listens has heard so far. */
  ear(): Promise<readonly string[]>
}

export function useClients(engine: () => Engine): Clients {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(one => one.close()))
  })
  return {
    open(options = {}) {
      const client = new Client({ url: engine().url, payloadLimit: 1_048_576, ...options })
      opened.push(client)
      return client
    },
    async ear() {
      const heard: string[] = []
      const onNotification = (what: string) => void heard.push(what)
      const connection = new Connection({ url: engine().url, name: 'ear', listen: CHANNEL, onNotification })
      opened.push(connection)
      await connection.open()
      return heard
    },
  }
}
