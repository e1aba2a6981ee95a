import { expect, test } from 'vitest'
import { ring } from '../../../background/engine/ring.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)

const STATEMENTS = `
select pid || ' ' || query_start as statement, application_name as name from pg_stat_activity
 where datname = current_database() and application_name like 'kretes background %' and query_start is not null`

/** Statements of the worker that have been seen, by connection. */
class Watch {
  readonly #seen = new Map<string, Set<string>>()

  async look(): Promise<void> {
    for (const { statement, name } of await engine().query<{ statement: string; name: string }>(STATEMENTS))
      this.#seen.set(name, (this.#seen.get(name) ?? new Set()).add(statement))
  }

  count(name: string): number {
    return this.#seen.get(`kretes background ${name}`)?.size ?? 0
  }

  get total(): number {
    return [...this.#seen.values()].reduce((sum, statements) => sum + statements.size, 0)
  }
}

test('without notifications there is no LISTEN, and jobs are found all the same', async () => {
  const ran: string[] = []
  const { worker } = await workers.start({ A: () => void ran.push('A') }, { listen: false })
  const heard: string[] = []
  worker.events.on('worker:rung', ({ what }) => void heard.push(what))
  worker.events.on('worker:listening', () => void heard.push('listening'))
  await ring(engine().db, 'free')
  await engine().enqueue({})
  await eventually(() => ran.length === 1)
  expect(heard).toEqual([])
})

test('an idle worker that polls sends about one statement a second', async () => {
  const { worker } = await workers.start({ A: () => {} }, { listen: false })
  await worker.untilEmpty()
  // it looks more and more rarely: when it has sent nothing for more than a second, it does so as rarely as it will
  let quiet = new Watch()
  let since = performance.now()
  await eventually(async () => {
    await quiet.look()
    if (quiet.count('claims') <= 1) return performance.now() - since > 1_300
    quiet = new Watch()
    since = performance.now()
    return false
  })
  const idle = new Watch()
  const start = performance.now()
  await eventually(async () => {
    await idle.look()
    return idle.count('pulse') > 2
  })
  const seconds = (performance.now() - start) / 1_000
  // what each connection sent last, before we looked, is no statement of this time
  expect((idle.total - 3) / seconds).toBeLessThan(1.5)
  expect(seconds).toBeGreaterThan(2)
})
