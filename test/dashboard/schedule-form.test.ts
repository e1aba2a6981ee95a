import { expect, test } from 'vitest'
import { z } from 'zod'
import { createRegistry } from '../../background/registry.ts'
import { task } from '../../background/task.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { asking } from './stage.ts'

const engine = useEngine()
const clients = useClients(engine)

const SendReport = task({
  payload: z.object({
    to: z.email().describe('who gets it'),
    pages: z.int().min(1).max(99),
    share: z.number().optional(),
    kind: z.enum(['short', 'long']).default('short'),
    draft: z.boolean(),
    from: z.object({ 'post.code': z.string(), city: z.string().optional() }),
    tags: z.array(z.string()).optional(),
  }),
  run() {},
})

const open = () => {
  const client = clients.open({ registry: createRegistry({ SendReport, Plain: () => {} }) })
  return { client, ...asking({ background: client }) }
}

/** Each control of the page by its name, as it is written. */
async function controlsOf(page: Promise<{ text(): Promise<string> }>): Promise<Map<string, string>> {
  const html = await (await page).text()
  const controls = [...html.matchAll(/<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"[^>]*>/g)]
  return new Map(controls.map(([control, name]) => [name as string, control]))
}

test('a form has a control for each property of the schema, that takes what may be written there', async () => {
  const { get } = open()
  const controls = await controlsOf(get('/tasks/SendReport'))
  expect(controls.get('payload.to:text')).toMatch(/type="email".*required/)
  expect(controls.get('payload.pages:number')).toMatch(/type="number".*step="1".*min="1".*max="99".*required/)
  expect(controls.get('payload.share:number')).not.toContain('required')
  expect(controls.get('payload.kind:json')).toMatch(/^<select(?!.*required)/)
  expect(controls.get('payload.draft:json')).toMatch(/^<select.*required/)
  expect(controls.get('payload.from.post%2Ecode:text')).toContain('required')
  expect(controls.get('payload.from.city:optional')).not.toContain('required')
  expect(controls.get('payload.tags:json')).toMatch(/^<textarea/)
  const page = await (await get('/tasks/SendReport')).text()
  expect(page).toContain('who gets it')
  expect(page).toContain('default: &quot;short&quot;')
})

test('what is filled in becomes the payload, and what is left empty is left out', async () => {
  const { client, handle } = open()
  const fields = {
    ...{ task: 'SendReport', 'payload:json': '{}', 'payload.to:text': 'ann@example.com' },
    ...{ 'payload.pages:number': '12', 'payload.share:number': '', 'payload.kind:json': '' },
    ...{ 'payload.draft:json': 'true', 'payload.from.post%2Ecode:text': '10405' },
    ...{
      'payload.from.city:optional': '',
      'payload.tags:json': '["a", "b"]',
      'runAt:date': '2100-01-01T08:00',
    },
  }
  const answer = await handle(
    new Request('http://localhost/forms/api/jobs', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(fields),
    }),
  )
  expect(answer.status).toBe(303)
  const [job] = (await client.jobs.list()).jobs
  expect(job).toMatchObject({ state: 'scheduled', runAt: new Date('2100-01-01T08:00:00Z') })
  expect(job?.payload).toEqual({
    ...{ to: 'ann@example.com', pages: 12, draft: true, from: { 'post.code': '10405' }, tags: ['a', 'b'] },
  })
})

test('a task without a schema takes JSON', async () => {
  const { get } = open()
  expect([...(await controlsOf(get('/tasks/Plain'))).keys()]).toContain('payload:json')
})
