import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createRegistry } from '../../background/registry.ts'
import { useProject } from '../cli/ks.ts'
import { useBrowser } from '../support/browser.ts'
import { useClients } from '../support/client.ts'
import { useEngine } from '../support/engine.ts'
import { eventually } from '../support/eventually.ts'
import { useServedDashboards } from '../support/served-dashboard.ts'
import { TASKS } from './shop.ts'

const FAIL = `interface Payload {
  readonly id: string
}

export default async ({ id }: Payload): Promise<void> => {
  throw new TypeError(\`no image \${id}\`)
}
`
const engine = useEngine()
const clients = useClients(engine)
const dashboards = useServedDashboards()
const browser = useBrowser()
const project = useProject({ 'tasks/Fail.ts': FAIL }, () => ({ DATABASE_URL: engine().url }))

const LONG = { timeout: 120_000 }
const open = () => clients.open({ registry: createRegistry(TASKS) })
const state = (page: Page, text: string) => page.locator('.head .state', { hasText: text }).waitFor()
const menu = (page: Page, title: string) => page.locator('details.menu', { hasText: title })

/** Opens what is behind a button and writes `payload` there. */
async function fillPayload(page: Page, title: string, payload: string) {
  const body = menu(page, title)
  await body.locator('summary').click()
  await body.getByRole('textbox', { name: /^Payload/ }).fill(payload)
  return body
}

test('a job is edited, run, replayed with another payload, cancelled and deleted', LONG, async () => {
  const client = open()
  const { id } = await client.schedule({ task: 'ResizeImage', payload: { id: 'one' }, in: '1h' })
  const url = await dashboards.serve(client)
  const page = await browser.open(`${url}jobs/${id}`)
  await state(page, 'scheduled')
  const edit = await fillPayload(page, 'Edit', '{"id":"two"}')
  await edit.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('region', { name: 'Payload' }).getByText('"two"').waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  await state(page, 'available')

  const replay = await fillPayload(page, 'Replay', '{"id":9007199254740993}')
  await replay.getByRole('button', { name: 'Schedule a copy' }).click()
  await page.waitForURL(
    address => /jobs\/\d+$/.test(address.pathname) && !address.pathname.endsWith(`/${id}`),
  )
  await page.getByRole('region', { name: 'Payload' }).getByText('9007199254740993').waitFor()
  expect((await client.records.get(id)).payload).toBe('{"id":"two"}')

  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await state(page, 'cancelled')
  await menu(page, 'Delete').locator('summary').click()
  await page.getByRole('button', { name: /^Delete #/ }).click()
  await page.waitForURL(`${url}jobs`)
  expect((await client.jobs.list()).jobs.map(job => job.id)).toEqual([id])
})

test(
  'a page whose job has just been deleted is not asked for, whatever happens meanwhile',
  LONG,
  async () => {
    const client = open()
    const { id } = await client.schedule({ task: 'ResizeImage', payload: { id: 'one' }, in: '1h' })
    const url = await dashboards.serve(client)
    const page = await browser.open(`${url}jobs/${id}`)
    const asked: string[] = []
    await page.route(`${url}forms/api/jobs/${id}`, async route => {
      const answer = await route.fetch({ maxRedirects: 0 })
      page.on('request', request => asked.push(request.url()))
      // not live, and live again, for which the page is asked for at once
      for (const said of ['not updating', 'live']) {
        await page.keyboard.press('r')
        await page.locator('[data-live]', { hasText: said }).waitFor()
      }
      await route.fulfill({ response: answer })
    })
    await menu(page, 'Delete').locator('summary').click()
    await page.getByRole('button', { name: /^Delete #/ }).click()
    await page.waitForURL(`${url}jobs`)
    expect(asked).not.toContain(`${url}jobs/${id}`)
  },
)

test('what is copied is exactly what is stored, as it is or as a command', LONG, async () => {
  const client = open()
  const { id } = await client.schedule({ task: 'ResizeImage', payload: {} })
  const payload = `{"id":9007199254740993,"by":"Ann O'Hara"}`
  await engine().query('update background.job set payload = $1 where id = $2', [payload, id])
  const page = await browser.open(`${await dashboards.serve(client)}jobs/${id}`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const copied: Readonly<Record<string, string>> = {
    'Copy the id': id,
    'Copy the payload': payload,
    'Copy the command: why': `ks bg why ${id}`,
    'Copy the command: schedule': `ks bg schedule ResizeImage '${payload.replace("'", "'\\''")}'`,
  }
  for (const [label, text] of Object.entries(copied)) {
    await page.getByRole('button', { name: label, exact: true }).click()
    await eventually(async () => {
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text)
      return true
    })
  }
})

test('the stack of a task is that of its source', LONG, async () => {
  const scheduled = await project().ks(['bg', 'schedule', 'Fail', '{"id":"7"}', '--attempts', '1', '--json'])
  const { id } = JSON.parse(scheduled.stdout)
  await project().ks(['bg', '--once'])
  const page = await browser.open(`${await dashboards.serve(open())}jobs/${id}`)
  await state(page, 'discarded')
  const error = page.getByRole('region', { name: 'Error' })
  await error.getByText('TypeError: no image 7').waitFor()
  const [frame] = await error.locator('.stack-frame.own').allTextContents()
  expect(frame).toMatch(/tasks\/Fail\.ts:6:9\)?$/)
  expect(await error.textContent()).not.toContain('.kretes/build')
})

test(
  'a page of a job leads to what the app knows elsewhere, and to nothing that would run here',
  LONG,
  async () => {
    const client = open()
    const { id } = await client.schedule({ task: 'ResizeImage', payload: { id: 'x' }, tags: ['a'] })
    const links = (job: { readonly id: string; readonly tags: readonly string[] }) => [
      { name: 'Logs', href: `https://logs.example.com/?job=${job.id}&tag=${job.tags[0]}` },
      { name: 'Trap', href: 'javascript:alert(1)' },
    ]
    const page = await browser.open(`${await dashboards.serve(client, { links })}jobs/${id}`)
    const link = page.getByRole('link', { name: 'Logs' })
    expect(await link.getAttribute('href')).toBe(`https://logs.example.com/?job=${id}&tag=a`)
    expect(await page.getByRole('link', { name: 'Trap' }).count()).toBe(0)
  },
)
