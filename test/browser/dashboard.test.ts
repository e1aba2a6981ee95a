import { expect, test } from 'vitest'
import { createRegistry } from '../../background/registry.ts'
import { useBrowser } from '../support/browser.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { useServedDashboards } from '../support/served-dashboard.ts'
import { useWorkers } from '../support/worker.ts'
import { barriers, keepScreenshot, overflow } from './looks.ts'
import { furnish, HOSTILE, TASKS } from './shop.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)
const dashboards = useServedDashboards()
const browser = useBrowser()

const LONG = { timeout: 120_000 }
const open = () => clients.open({ registry: createRegistry(TASKS) })

/** A shop in which something of everything has happened. */
async function shop() {
  const client = open()
  await engine().query('delete from background.cron')
  await furnish(client)
  await workers.start(TASKS, { concurrency: 4 })
  await eventually(async () => (await client.jobs.count({ state: 'completed' })).count >= 12, 30_000)
  await eventually(async () => (await client.jobs.count({ state: 'discarded' })).count === 3, 30_000)
  const [failed] = (await client.jobs.list({ state: 'discarded' })).jobs
  return { client, failed: failed!.id, url: await dashboards.serve(client, { environment: 'staging' }) }
}

const pagesWith = (failed: string) => ({
  overview: '',
  jobs: 'jobs',
  job: `jobs/${failed}`,
  queues: 'queues',
  queue: 'queues/imports',
  tasks: 'tasks',
  task: 'tasks/SendEmail',
  errors: 'errors',
  cron: 'cron',
  entry: 'cron/thumbnails',
  workers: 'workers',
  activity: 'activity',
})

test.each(['light', 'dark'] as const)('every page can be used by everybody, %s', LONG, async scheme => {
  const { url, failed } = await shop()
  const page = await browser.open(url, { colorScheme: scheme })
  for (const [name, path] of Object.entries(pagesWith(failed))) {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    if (name === 'overview') await page.locator('.uplot canvas').first().waitFor()
    await keepScreenshot(page, `${name}-${scheme}`)
    expect(await barriers(page), name).toEqual([])
  }
})

test('every page fits into 360 pixels', LONG, async () => {
  const { url, failed } = await shop()
  const page = await browser.open(url, { viewport: { width: 360, height: 740 } })
  for (const [name, path] of Object.entries(pagesWith(failed))) {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await keepScreenshot(page, `${name}-narrow`)
    expect(await overflow(page), name).toBeLessThanOrEqual(0)
  }
})

test('a search is completed, is in the address and survives a reload', LONG, async () => {
  const { url } = await shop()
  const page = await browser.open(`${url}jobs`)
  const search = page.getByRole('combobox', { name: 'Search jobs' })
  await search.pressSequentially('pay')
  await page.getByRole('option', { name: /payload/ }).waitFor()
  await search.press('ArrowDown')
  await search.press('Enter')
  await search.pressSequentially('to:customer7@*')
  await search.press('Enter')
  const rows = page.locator('tbody tr')
  await page.waitForURL(/q=payload/)
  expect(await rows.count()).toBe(1)
  await page.reload()
  expect(await rows.count()).toBe(1)
  expect(await page.getByText('customer7@example.com').count()).toBe(1)
})

test('numbers, markup and marks in a payload are shown as they are', LONG, async () => {
  const client = open()
  const { id } = await client.schedule({ task: 'SendEmail</script>', payload: {} })
  await engine().query('update background.job set payload = $1 where id = $2', [HOSTILE, id])
  const page = await browser.open(`${await dashboards.serve(client)}jobs/${id}`)
  const payload = await page.getByRole('region', { name: 'Payload' }).textContent()
  expect(payload).toContain('9007199254740993')
  expect(payload).toContain('</script><img src=x onerror=alert(1)>')
  expect(payload).toContain('a\\u202eb')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('SendEmail</script>')
})

test.each([
  { where: 'at the root', options: {} },
  { where: 'at a path that the framework leaves', options: { path: '/a/b' } },
  { where: 'behind a proxy that cuts off its path', options: { cut: '/ops/background' } },
])('it works $where', LONG, async ({ options }) => {
  const client = open()
  const { id } = await client.schedule({ task: 'SendEmail', payload: { to: 'ann@example.com' } })
  const root = await dashboards.serve(client, options)
  const url = 'path' in options ? `${root}a/b/` : root
  const page = await browser.open(`${url}jobs`)
  await page.getByRole('link', { name: 'SendEmail' }).click()
  await page.getByRole('heading', { name: 'SendEmail' }).waitFor()
  expect(page.url()).toBe(`${url}jobs/${id}`)
  await page.getByRole('link', { name: 'Queues', exact: true }).click()
  await page.getByRole('heading', { name: 'Queues' }).waitFor()
  expect(page.url()).toBe(`${url}queues`)
})

test('whoever may only look sees nothing to press', LONG, async () => {
  const { client, failed } = await shop()
  const url = await dashboards.serve(client, { authorize: () => 'read' })
  const page = await browser.open(url)
  for (const [name, path] of Object.entries(pagesWith(failed))) {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.locator('form[method="post"]').count(), name).toBe(0)
  }
})

test('the keyboard is enough', LONG, async () => {
  const { url } = await shop()
  const page = await browser.open(url)
  const listens = () => page.locator('html[data-script]').waitFor({ state: 'attached' })
  await listens()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await help.waitFor()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'hidden' })
  await page.keyboard.press('g')
  await page.keyboard.press('j')
  await page.getByRole('heading', { name: 'Jobs' }).waitFor()
  await listens()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('1 selected').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('task:SendEmail')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=task/)
})

test('a job is scheduled by a form, and seen to run', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}tasks/SendEmail`)
  await page.getByLabel('to', { exact: true }).fill('ann@example.com')
  await page.getByRole('button', { name: 'Schedule', exact: true }).click()
  await page.waitForURL(/jobs\/\d+$/)
  await page.getByText('waits for a worker').waitFor()
  await workers.start(TASKS)
  await page.locator('.head .state', { hasText: 'completed' }).waitFor()
  await page.getByText('sending to ann@example.com').waitFor()
  expect(await page.getByRole('region', { name: 'Payload' }).textContent()).toContain('ann@example.com')
})

test('a job that failed shows its error and is retried', LONG, async () => {
  const { url, failed } = await shop()
  const page = await browser.open(`${url}jobs/${failed}`)
  await page.getByRole('region', { name: 'Error' }).getByText('RangeError: card').waitFor()
  await page.getByText('asking the bank').waitFor()
  await page.getByRole('button', { name: 'Retry', exact: true }).click()
  await page.getByRole('status').waitFor()
  await page.locator('.head .state', { hasText: 'discarded' }).waitFor()
  await page.goto(`${url}activity`)
  await page.getByRole('cell', { name: 'job.retry' }).waitFor()
})

test('everything that matches is retried, and one sees how far it is', LONG, async () => {
  const { client, url } = await shop()
  await client.workers.tell(
    (await client.workers.list()).map(({ id }) => id),
    'quiet',
  )
  const page = await browser.open(`${url}jobs?state=discarded`)
  await page.locator('summary', { hasText: 'all 3 jobs' }).click()
  await page.getByRole('button', { name: 'Retry', exact: true }).click()
  await page.waitForURL(/bulk\/\d+$/)
  await page.getByText('3 of 3').waitFor()
  await page.getByText('done', { exact: true }).waitFor()
  expect((await client.jobs.count({ state: 'discarded' })).count).toBe(0)
})

test('a queue is paused with a reason, and resumed', LONG, async () => {
  const client = open()
  await client.schedule({ task: 'SendEmail', payload: { to: 'a@example.com' }, queue: 'a/b.c?d#e' })
  const page = await browser.open(`${await dashboards.serve(client)}queues`)
  await page.getByRole('link', { name: 'a/b.c?d#e' }).click()
  await page.locator('summary', { hasText: 'Pause' }).click()
  await page.getByLabel('Reason').fill('the provider is down')
  await page.getByRole('button', { name: 'Pause the queue' }).click()
  await page.getByText('the provider is down').waitFor()
  expect((await client.queues.get('a/b.c?d#e')).paused?.by).toBe('ann@example.com')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.locator('summary', { hasText: 'Pause' }).waitFor()
  expect((await client.queues.get('a/b.c?d#e')).paused).toBeUndefined()
})

test('what another process does is seen within two seconds', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}jobs`)
  await page.locator('[data-live="events"]').waitFor()
  const other = open()
  // the first look only remembers how things are
  await other.schedule({ task: 'ResizeImage', payload: { id: 'first' } })
  await page.getByText('"first"').waitFor()
  const since = performance.now()
  await other.schedule({ task: 'ResizeImage', payload: { id: 'second' } })
  await page.getByText('"second"').waitFor()
  expect(performance.now() - since).toBeLessThan(2_000)
})
