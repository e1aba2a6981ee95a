import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRegistry } from '../../background/registry.ts'
import { task } from '../../background/task.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { useWorkers } from '../support/worker.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)

/** Workers do not know what only the dashboard is told to hide, so it is in what they have stored. */
test('what a task says of its secrets when it fails is nowhere to be seen', async () => {
  const Pay = task({
    payload: z.object({ token: z.string(), note: z.string().default('') }),
    maxAttempts: 1,
    async run({ token }, { log }) {
      log.info(`paying with ${token}`, { url: `https://bank.example/?t=${token}` })
      throw new Error(`the bank does not know hushhush-${token}`)
    },
  })
  const client = clients.open({ registry: createRegistry({ Pay }) })
  const { id } = await client.schedule({ task: 'Pay', payload: { token: 'sesame open' } })
  const long = await client.schedule({
    ...{ task: 'Pay', payload: { note: 'n'.repeat(3_000), token: 'sesame open' } },
  })
  await workers.start({ Pay })
  await eventually(async () => (await client.jobs.count({ state: 'discarded' })).count === 2, 20_000)
  const { get } = asking({ background: client, redact: ['token'] })
  for (const path of [`jobs/${id}`, `jobs/${long.id}`, 'jobs', 'errors', 'overview', 'tasks/Pay', 'workers'])
    for (const place of [`/api/${path}`, `/${path === 'overview' ? '' : path}`]) {
      const answer = await get(place)
      expect(answer.status, place).toBe(200)
      expect(await answer.text(), place).not.toMatch(/sesame/)
    }
  expect((await (await get(`/api/jobs/${id}`)).json()).job.error.message).toBe(
    'the bank does not know hushhush-[secret]',
  )
})
