import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Client } from '../../../background/client/client.ts'
import { task } from '../../../background/task.ts'
import { useEngine } from '../../support/engine.ts'
import { eventually } from '../../support/eventually.ts'
import { useWorkers } from '../../support/worker.ts'

const engine = useEngine()
const workers = useWorkers(engine)
afterEach(() => void vi.useRealTimers())

const HOUR_MS = 3_600_000

describe.each([
  ['an hour fast', HOUR_MS],
  ['an hour slow', -HOUR_MS],
])('where clocks are %s, and stand still', (_, wrong) => {
  test('jobs run when they are due by the clock of the database, and come again after their backoff', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wrong })
    const ran: { name: string; attempt: number; at: number }[] = []
    const A = task({
      backoff: 300,
      run: ({ name }: { name: string }, { attempt }) => {
        ran.push({ name, attempt, at: performance.now() })
        if (name === 'fails' && attempt === 1) throw new Error('no')
      },
    })
    const { told } = await workers.start({ A })
    const client = new Client({ url: engine().url, payloadLimit: 1_000 })
    onTestFinished(() => client.close())
    const since = performance.now()
    await client.schedule({ task: 'A', payload: { name: 'now' } })
    await client.schedule({ task: 'A', payload: { name: 'fails' } })
    await client.schedule({ task: 'A', payload: { name: 'soon' }, in: 500 })
    await client.schedule({ task: 'A', payload: { name: 'later' }, in: '30m' })
    await eventually(() => ran.length === 4, 20_000)
    const at = (name: string, attempt = 1) =>
      (ran.find(one => one.name === name && one.attempt === attempt)?.at ?? 0) - since
    expect(at('soon')).toBeGreaterThanOrEqual(450)
    expect(at('fails', 2) - at('fails')).toBeGreaterThanOrEqual(250)
    await eventually(() => told('job:completed').length === 3)
    expect(told('worker:lost')).toEqual([])
    const [late] = await engine().query('select state, run_at > now() as waits from background.jobs')
    expect(late).toEqual({ state: 'scheduled', waits: true })
    for (const { waited, ms } of told('job:completed')) {
      expect(waited).toBeGreaterThanOrEqual(0)
      expect(Math.max(waited, ms)).toBeLessThan(20_000)
    }
  })
})

test('when the clock of the database is set forward all leases are over, and what ran runs once more', async () => {
  const runs: string[] = []
  let stops = 0
  let isSet = false
  const A = (_: object, { id, signal }: { id: string; signal: AbortSignal }) => {
    runs.push(id)
    if (isSet) return
    return new Promise<void>(resolve =>
      signal.addEventListener('abort', () => {
        stops++
        resolve()
      }),
    )
  }
  const ids = await engine().enqueue({}, { queue: 'q' }, { queue: 'q' })
  const watched = [await workers.start({ A }), await workers.start({ A })]
  await eventually(() => runs.length === 2)
  isSet = true
  // an hour has passed since all that was written, as far as the database knows
  await engine().query(`update background.worker set lease_until = lease_until - interval '1 hour'`)
  await eventually(
    async () => (await engine().value('select count(*)::int from background.job')) === 0,
    25_000,
  )
  // the one who had nothing finds out when its pulse beats
  await eventually(() => watched.every(({ told }) => told('worker:lost').length === 1))
  await eventually(() => stops === 2)
  expect((await engine().column('select id from background.finished order by id')).map(String)).toEqual(ids)
})
