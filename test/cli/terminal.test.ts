import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { KS } from '../support/build.ts'
import { useDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(TASKS, () => ({ DATABASE_URL: database().url }))

/** util-linux has a program that runs another in a terminal of its own; other systems have one that is called the same. */
const hasTerminal = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')
if (!hasTerminal) console.warn('no terminal to be had: script of util-linux is missing')

/** Runs `ks` in a terminal of this width, and keeps what a person would see. */
function inTerminal(columns: number, command: string) {
  const script = `stty cols ${columns} rows 30; exec '${process.execPath}' '${KS}' ${command}`
  const child = spawn('script', ['--quiet', '--return', '--command', script, '/dev/null'], {
    cwd: project().root,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm', SHELL: '/bin/sh', DATABASE_URL: database().url },
  })
  // its end closes the terminal, which ends what runs in it
  onTestFinished(() => void child.kill('SIGKILL'))
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    screen += text
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  return {
    screen: () => screen.replaceAll('\r\n', '\n'),
    type: (keys: string) => child.stdin.write(keys),
    ended,
  }
}

test.skipIf(!hasTerminal)('in a terminal there are colours, columns and Ctrl-C', async () => {
  const worker = inTerminal(110, 'bg')
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

test.skipIf(!hasTerminal)('a narrow terminal gets what matters', async () => {
  await project().ks(['bg', 'schedule', 'SendReport', '--set', 'userId:=-7'])
  const worker = inTerminal(80, 'bg --once')
  expect(await worker.ended).toBe(0)
  const line = stripVTControlCharacters(worker.screen())
    .split('\n')
    .find(line => line.includes('failed 1/2'))
  expect(line).toHaveLength(80)
  expect(line).not.toContain('waited')
})
