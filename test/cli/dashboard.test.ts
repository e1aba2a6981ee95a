import { chmod, readFile } from 'node:fs/promises'
import { delimiter } from 'node:path'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { type Running, useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

/** Where it says that it is. */
async function addressOf(running: Running): Promise<string> {
  await running.says(/http:\/\/localhost:\d+\//)
  return /http:\/\/localhost:\d+\//.exec(running.stdout())?.[0] ?? ''
}

const post = (url: string) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })

test('it is served to this machine, with the tasks of the project, until it is interrupted', async () => {
  const running = project().start(['bg', 'dashboard', '--port', '0'])
  const url = await addressOf(running)
  const tasks = await (await fetch(`${url}tasks`)).text()
  expect(tasks).toContain('SendEmail')
  expect((await post(`${url}api/queues/email/pause`)).status).toBe(200)
  // by a name that leads here it is kept from pages on the internet
  const { port } = new URL(url)
  const rebound = await fetch(`http://localhost:${port}/`, { headers: { 'x-forwarded-for': '9.9.9.9' } })
  expect(rebound.status).toBe(403)
  running.process.kill('SIGINT')
  expect((await running.ended()).code).toBe(0)
  await expect(fetch(url)).rejects.toThrow()
})

test('--read-only changes nothing, and --json is an object', async () => {
  const running = project().start(['bg', 'dashboard', '--port', '0', '--read-only', '--json'])
  const url = await addressOf(running)
  expect(JSON.parse(running.stdout())).toEqual({ url })
  expect((await fetch(`${url}jobs`)).status).toBe(200)
  expect((await post(`${url}api/queues/email/resume`)).status).toBe(403)
  running.process.kill('SIGTERM')
  await running.ended()
})

test('a worker has one beside itself, says where it is, and takes it along when it ends', async () => {
  const running = project().start(['bg', '--dashboard'])
  const url = await addressOf(running)
  expect(running.stdout()).toContain(`dashboard at ${url}`)
  await eventually(async () => (await (await fetch(`${url}workers`)).text()).includes('working'))
  running.process.kill('SIGINT')
  expect((await running.ended()).code).toBe(0)
  await expect(fetch(url)).rejects.toThrow()
})

test('--open opens it in a browser', async () => {
  // what opens pages on Linux, for this test
  await project().write('bin/xdg-open', '#!/bin/sh\necho "$1" > opened\n')
  await chmod(project().path('bin/xdg-open'), 0o755)
  const PATH = `${project().path('bin')}${delimiter}${process.env.PATH}`
  const running = project().start(['bg', 'dashboard', '--port', '0', '--open'], { env: { PATH } })
  const url = await addressOf(running)
  const opened = await eventually(() => readFile(project().path('opened'), 'utf8').catch(() => ''))
  expect(opened).toBe(`${url}\n`)
  running.process.kill('SIGTERM')
  await running.ended()
})

test('a port that is taken is an error that says so', async () => {
  const first = project().start(['bg', 'dashboard', '--port', '0'])
  const { port } = new URL(await addressOf(first))
  const second = await project().ks(['bg', 'dashboard', '--port', port])
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toContain(port)
})
