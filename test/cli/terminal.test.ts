import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { hasTerminal, inTerminal } from '../support/terminal.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

function ks(columns: number, command: string) {
  return inTerminal(command, { cwd: project().root, env: { DATABASE_URL: database().url }, columns })
}

test.skipIf(!hasTerminal)('in a terminal there are colours, columns and Ctrl-C', async () => {
  const worker = ks(110, 'bg')
  try {
    await eventually(() => /ready/.test(worker.screen()), 20_000)
    await project().ks(['bg', 'schedule', 'SendEmail', '--set', 'to=ann@example.com'])
    await eventually(() => /done/.test(worker.screen()))
  } finally {
    worker.type('\u0003')
  }
  expect(await worker.ended).toBe(0)
  const screen = worker.screen()
  expect(screen).toContain('\u001b[32mready\u001b[39m')
  expect(screen).toContain('\u001b[32mdone\u001b[39m')
  const lines = stripVTControlCharacters(screen).split('\n')
  expect(lines.find(line => line.endsWith('done'))).toHaveLength(110)
  expect(lines).toContainEqual(
    expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {2}SendEmail {3}#\d+ +sending to ann@/),
  )
  expect(lines).toContainEqual('^C  stopped: 1 done')
})

const APP = `
import { createApp, GET } from '@kretes/background/framework'
export default createApp({ routes: [GET('/', () => 'hello')] })
`

test.skipIf(!hasTerminal)('what serves says where, until Ctrl-C', async () => {
  await project().write('app.ts', APP)
  for (const command of ['start --port 0', 'bg dashboard --port 0']) {
    const terminal = ks(110, command)
    await terminal.shows(/http:\/\/localhost:\d+/)
    const [url = ''] = /http:\/\/localhost:\d+/.exec(terminal.lines().join('\n')) ?? []
    expect([command, (await fetch(url)).status]).toEqual([command, 200])
    terminal.type('\u0003')
    expect([command, await terminal.ended]).toEqual([command, 0])
  }
})

test.skipIf(!hasTerminal)('what is waited for has a bar, which gives way to the result', async () => {
  const flags = ['--set', 'to=ann@example.com', '--queue', 'night', '--json']
  const { stdout } = await project().ks(['bg', 'schedule', 'SendEmail', ...flags])
  const drain = ks(80, 'bg queues drain night')
  await drain.shows(/\[-+\] 0 of 1 {2}0\/s/)
  await project().ks(['bg', 'delete', JSON.parse(stdout).id])
  expect(await drain.ended).toBe(0)
  expect(drain.screen().endsWith('\r\u001b[Knight is empty\n')).toBe(true)
})

test.skipIf(!hasTerminal)('a narrow terminal gets what matters', async () => {
  await project().ks(['bg', 'schedule', 'SendReport', '--set', 'userId:=-7'])
  const worker = ks(80, 'bg --once')
  expect(await worker.ended).toBe(0)
  const line = stripVTControlCharacters(worker.screen())
    .split('\n')
    .find(line => line.includes('failed 1/2'))
  expect(line).toHaveLength(80)
  expect(line).not.toContain('waited')
})
