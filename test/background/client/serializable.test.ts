import pg from 'pg'
import { expect, test } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const APPS = 8
const ROUNDS = 15

test('serializable transactions that have nothing to do with each other schedule beside each other and beside workers', async () => {
  const runs: string[] = []
  await workers.start({ A: (_: object, { id }: { id: string }) => void runs.push(id) })
  const client = new Client({ url: engine().url, payloadLimit: 1_000 })
  const app = async (number: number) => {
    const session = new pg.Client(engine().url)
    await session.connect()
    for (let round = 0; round < ROUNDS; round++) {
      await session.query('begin isolation level serializable')
      await client.with(session).schedule({ task: 'A' })
      await client.with(session).schedule({ task: 'A', queue: `q${number % 3}` })
      await session.query(`select background.add_job('A')`)
      await session.query('commit')
    }
    await session.end()
  }
  await Promise.all(Array.from({ length: APPS }, (_, n) => app(n))).finally(() => client.close())
  await eventually(() => runs.length === APPS * ROUNDS * 3, 20_000)
  expect(new Set(runs).size).toBe(APPS * ROUNDS * 3)
})
