import { expect, test } from 'vitest'
import type { Client } from '../../background/client/client.ts'
import { VERBS, type Verb } from '../../dashboard/access.ts'
import { ENDPOINTS } from '../../dashboard/api.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)

/** Pages of things in every state in which something can be done with them. */
async function places(client: Client): Promise<string[]> {
  const [worker, quiet] = [await engine().worker(), await engine().worker()]
  await client.workers.tell([quiet], 'quiet')
  const [failed] = await engine().enqueue({})
  await engine().fail(worker, await engine().claim(worker), { again: null, error: '{"message":"no"}' })
  const [waiting, later] = await engine().enqueue({ queue: 'q' }, { delay: 60_000 })
  await client.queues.pause('paused')
  await client.crons.add({ task: 'A', name: 'nightly', expression: '@daily' })
  await client.crons.add({ task: 'A', name: 'off', expression: '@daily' })
  await client.crons.pause('off')
  const bulks = [await bulk(client, null), await bulk(client, 'stopped')]
  return [
    ...['', 'jobs?state=scheduled', 'tasks/A', 'errors', 'cron', 'workers', 'queues/q', 'queues/paused'],
    ...['cron/nightly', 'cron/off', `jobs/${failed}`, `jobs/${waiting}`, `jobs/${later}`, ...bulks],
  ]
}

/** The page of something that was done with many jobs, as if it had got no further. */
async function bulk(client: Client, outcome: string | null): Promise<string> {
  const { send } = asking({ background: client })
  const { id } = await (await send('POST', '/api/bulk', { action: 'cancel', q: 'task:None' })).json()
  await eventually(async () => (await client.activities.find(id))?.outcome)
  await engine().query('update background.activity set outcome = $1 where id = $2', [outcome, id])
  return `bulk/${id}`
}

/** What the forms of a page would do. */
function offered(page: string): Verb[] {
  return [...page.matchAll(/<form[^>]*action="forms\/([^"]+)"[\s\S]*?<\/form>/g)].flatMap(
    ([form, path = '']) => {
      const method = /name="_method" value="(\w+)"/.exec(form)?.[1]?.toLowerCase()
      const endpoint = ENDPOINTS.find(one => one.method === method && patternOf(one.path).test(`/${path}`))
      expect(endpoint, `${method} ${path}`).toBeDefined()
      const actions = [...form.matchAll(/name="action" value="(\w+)"/g)].map(([, action]) => `job.${action}`)
      return [endpoint?.verb, ...actions] as Verb[]
    },
  )
}

const patternOf = (path: string) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)

test('pages offer whatever somebody may do, and nothing else', async () => {
  const client = clients.open()
  const paths = await places(client)
  const offers = async (verbs: readonly Verb[]) => {
    const { get } = asking({ background: client, authorize: () => ({ role: 'write', verbs }) })
    const pages = await Promise.all(paths.map(async path => (await get(`/${path}`)).text()))
    return new Set(pages.flatMap(offered))
  }
  const some: readonly Verb[][] = [
    ['job.retry', 'job.discard', 'queue.pause', 'cron.run', 'worker.quiet'],
    ['job.bulk', 'queue.limit', 'cron.edit', 'worker.stop'],
    ['job.bulk', 'job.delete', 'queue.cancel', 'cron.resume', 'worker.resume'],
  ]
  for (const verbs of some)
    expect([...(await offers(verbs))].filter(verb => !verbs.includes(verb))).toEqual([])
  // to forget is for the command line
  const all = VERBS.filter(verb => verb !== 'job.forget')
  expect([...(await offers(VERBS))].sort()).toEqual([...all].sort())
  await engine().query('delete from background.cron')
})
