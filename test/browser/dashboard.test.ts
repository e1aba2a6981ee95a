import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { createRegistry } from '../../background/registry.ts'
import { PAGES } from '../../dashboard/pages.ts'
import { useProject } from '../cli/ks.ts'
import { useBrowser } from '../support/browser.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { useServedDashboards } from '../support/served-dashboard.ts'
import { useWorkers } from '../support/worker.ts'
import { barriers, isInSight, keepScreenshot, overflow } from './looks.ts'
import { BUSY_HOUR, cancelOld, furnish, HOSTILE, TASKS } from './shop.ts'

const engine = useEngine()
const clients = useClients(engine)
const workers = useWorkers(engine)
const dashboards = useServedDashboards()
const browser = useBrowser()
/** Another process: the tasks as files, and `ks`. */
const project = useProject(
  { 'tasks/ResizeImage.ts': 'export default async ({ id }: { id: string }) => ({ id })' },
  () => ({ DATABASE_URL: engine().url }),
)

const LONG = { timeout: 120_000 }
const WIDE = { width: 1280, height: 860 }
const NARROW = { width: 360, height: 740 }
const open = () => clients.open({ registry: createRegistry(TASKS) })

/** A shop in which something of everything has happened. */
async function shop() {
  const client = open()
  for (const table of ['activity', 'cron', 'minute']) await engine().query(`delete from background.${table}`)
  await engine().query(BUSY_HOUR)
  const url = await dashboards.serve(client, { environment: 'staging' })
  const bulk = await cancelOld(client, url)
  await furnish(client)
  await workers.start(TASKS, { concurrency: 4 })
  await eventually(async () => (await client.jobs.count({ state: 'completed' })).count >= 12, 30_000)
  await eventually(async () => (await client.jobs.count({ state: 'discarded' })).count === 6, 30_000)
  const [failed] = (await client.jobs.list({ state: 'discarded' })).jobs
  return { client, failed: failed!.id, bulk, url }
}

/** Each page, by what its screenshots are called. */
const pagesWith = ({ failed, bulk }: { readonly failed: string; readonly bulk: string }) => ({
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
  bulk: `bulk/${bulk}`,
})

test('no page is left out', () => {
  const paths = Object.values(pagesWith({ failed: '1', bulk: '1' })).map(path => `/${path}`)
  for (const { path } of PAGES) {
    const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
    expect(
      paths.filter(one => pattern.test(one)),
      path,
    ).toHaveLength(1)
  }
})

test('every page can be used by everybody: light, dark, and 360 pixels wide', LONG, async () => {
  const { url, ...about } = await shop()
  const page = await browser.open(url)
  for (const [name, path] of Object.entries(pagesWith(about))) {
    await page.setViewportSize(WIDE)
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    if (name === 'overview') await page.locator('.uplot canvas').first().waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await keepScreenshot(page, `${name}-${colorScheme}`)
      expect(await barriers(page), `${name}, ${colorScheme}`).toEqual([])
    }
    await page.setViewportSize(NARROW)
    await page.reload()
    await page.locator('html[data-script]').waitFor({ state: 'attached' })
    await keepScreenshot(page, `${name}-narrow`)
    expect(await overflow(page), name).toBeLessThanOrEqual(0)
    if (name !== 'bulk') expect(await isInSight(page, '.side nav [aria-current]'), name).toBe(true)
  }
})

test('a search is completed, is in the address and survives a reload', LONG, async () => {
  const { url } = await shop()
  const page = await browser.open(`${url}jobs`)
  const search = page.getByRole('combobox', { name: 'Search jobs' })
  await search.fill('task:charge')
  await page.getByRole('option', { name: 'ChargeCard' }).waitFor()
  await search.fill('')
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
  const { client, ...about } = await shop()
  const url = await dashboards.serve(client, { authorize: () => 'read' })
  const page = await browser.open(url, { tolerates: /status of 403/ })
  for (const [name, path] of Object.entries(pagesWith(about))) {
    await page.goto(url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.locator('form[method="post"]').count(), name).toBe(0)
  }
  const status = await page.evaluate(async path => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(path, { method: 'POST', headers, body: '{}' })).status
  }, `api/jobs/${about.failed}/retry`)
  expect([status, (await client.jobs.get(about.failed)).state]).toEqual([403, 'discarded'])
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

test('what is to be pressed can be pressed with the keyboard, and what is open is closed', LONG, async () => {
  const { url } = await shop()
  const page = await browser.open(`${url}jobs?state=discarded`)
  await page.locator('html[data-script]').waitFor({ state: 'attached' })
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'ChargeCard' }).waitFor()
  await page.locator('html[data-script]').waitFor({ state: 'attached' })
  const menu = page.locator('details.menu', { hasText: 'Delete' })
  await tabTo(page, 'Delete')
  await page.keyboard.press('Enter')
  await menu.getByText('This job goes without a trace').waitFor()
  await page.keyboard.press('Escape')
  await menu.getByText('This job goes without a trace').waitFor({ state: 'hidden' })
  expect(await focused(page)).toBe('Delete')
  await tabTo(page, 'Retry', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('status').waitFor()
})

const focused = (page: Page) =>
  page.evaluate('document.activeElement?.textContent.trim() ?? ""') as Promise<string>

/** Presses the key until what has the focus says `text`. */
async function tabTo(page: Page, text: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused(page)) === text) return
    await page.keyboard.press(key)
  }
  throw new Error(`nothing that says ${text} can be reached with ${key}`)
}

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
  // without a reload
  await page.locator('details.attempt').nth(1).waitFor()
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
  await page.locator('summary', { hasText: 'all 6 jobs' }).click()
  await page.getByRole('button', { name: 'Retry', exact: true }).click()
  await page.waitForURL(/bulk\/\d+$/)
  await page.getByText('6 of 6').waitFor()
  await page.getByText('done', { exact: true }).waitFor()
  const address = page.url()
  await page.getByRole('link', { name: 'Activity' }).first().click()
  await page.getByRole('link', { name: 'state:discarded' }).click()
  await page.waitForURL(address)
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

test('a queue is drained, and one sees how far it is', LONG, async () => {
  const client = open()
  for (const id of ['1', '2', '3'])
    await client.schedule({ task: 'ResizeImage', payload: { id }, queue: 'q' })
  const page = await browser.open(`${await dashboards.serve(client)}queues/q`)
  await page.getByRole('link', { name: 'Drain' }).click()
  await page.getByText('3 jobs left').waitFor()
  await workers.start(TASKS)
  await page.getByText('It is empty').waitFor()
})

test('what another process does is seen within two seconds', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}jobs`)
  await page.locator('[data-live="events"]').waitFor()
  // the first look only remembers how things are
  await client.schedule({ task: 'ResizeImage', payload: { id: 'first' } })
  await page.getByText('"first"').waitFor()
  const { code, stderr } = await project().ks(['bg', 'schedule', 'ResizeImage', '{"id":"second"}'])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  await page.getByText('"second"').waitFor()
  const seen = await engine().value(
    `select extract(epoch from clock_timestamp() - max(created_at))::float from background.job`,
  )
  expect(seen).toBeLessThan(2)
})

test('where events do not arrive, the page asks', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}queues`, { tolerates: /api\/events/ })
  await page.route('**/api/events', route => route.fulfill({ status: 503 }))
  await page.goto(page.url().replace(/queues$/, 'jobs'))
  await page.locator('[data-live="polling"]', { hasText: 'every 5 s' }).waitFor()
  await client.schedule({ task: 'ResizeImage', payload: { id: 'polled' } })
  await page.getByText('"polled"').waitFor()
})

test('nothing is asked of the database once nobody looks', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}jobs`)
  await page.locator('[data-live="events"]').waitFor()
  await page.context().close()
  const asked = vi.spyOn(client.statistics, 'pulse')
  // one look may be under way
  await eventually(async () => {
    const before = asked.mock.calls.length
    await new Promise(resolve => setTimeout(resolve, 1_500))
    return asked.mock.calls.length === before
  }, 20_000)
})

test('a cron entry is added, edited, paused and run', LONG, async () => {
  const client = open()
  const page = await browser.open(`${await dashboards.serve(client)}cron`)
  await page.locator('summary', { hasText: 'Add an entry' }).click()
  await page.getByRole('combobox', { name: 'Task' }).fill('ResizeImage')
  await page.getByRole('textbox', { name: /^Name/ }).fill('every morning')
  await page.getByRole('textbox', { name: /^When/ }).fill('0 8 * * *')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { name: 'every morning' }).waitFor()
  await page.locator('summary', { hasText: 'Edit' }).click()
  await page.getByRole('textbox', { name: /^When/ }).fill('0 9 * * *')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('0 9 * * *').first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  expect(await client.crons.get('every morning')).toMatchObject({
    expression: '0 9 * * *',
    pausedAt: expect.any(Date),
  })
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.waitForURL(/jobs\/\d+$/)
})
