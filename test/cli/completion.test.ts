import { spawnSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { complete } from '../../cli/completion/complete.ts'
import { createProgram } from '../../cli/program.ts'
import { KS } from '../support/build.ts'
import { emptyDatabase, useDatabase } from '../support/database.ts'
import { hasTerminal, programInTerminal } from '../support/terminal.ts'
import { useProject } from './ks.ts'
import { TASKS } from './tasks.ts'

const database = useDatabase()
const project = useProject(
  { ...TASKS, 'kretes.config.ts': 'export default { background: { queues: { email: 4 } } }' },
  () => ({ DATABASE_URL: database().url }),
)
const names = { tasks: async () => ['SendEmail', 'SendReport'], queues: async () => ['email', 'sms'] }

const after = (line: string) => complete(createProgram(), line.split(' ').slice(1), names)

test('commands, flags and names follow what has been typed', async () => {
  expect(await after('ks b')).toEqual(['bg'])
  expect(await after('ks bg sch')).toEqual(['schedule'])
  expect(await after('ks bg queues p')).toEqual(['pause', 'purge'])
  expect(await after('ks bg schedule S')).toEqual(['SendEmail', 'SendReport'])
  expect(await after('ks bg schedule SendEmail --queue ')).toEqual(['email', 'sms'])
  expect(await after('ks bg schedule SendEmail --queue=s')).toEqual(['--queue=sms'])
  expect(await after('ks bg schedule SendEmail --queue = s')).toEqual(['sms'])
  expect(await after('ks bg schedule SendEmail --queue =')).toEqual(['email', 'sms'])
  expect(await after('ks bg queues pause email s')).toEqual(['sms'])
  expect(await after('ks bg retry --w')).toEqual(['--where'])
  expect(await after('ks bg start --log ')).toEqual(['pretty', 'json'])
  expect(await after('ks nothing ')).toEqual([])
})

test('the names are those of the project', async () => {
  const ask = (...words: string[]) => project().ks(['completion', 'words', ...words])
  await project().ks(['bg', 'queues', 'pause', 'night'])
  expect(await ask('bg', 'run', 'Send')).toMatchObject({ code: 0, stdout: 'SendEmail\nSendReport\n' })
  expect(await ask('bg', 'queues', 'resume', '')).toMatchObject({ code: 0, stdout: 'email\nnight\n' })
  expect(await ask('bg', 'list', '--li')).toMatchObject({ code: 0, stdout: '--limit\n' })
})

test('whoever presses Tab changes nothing: a database without our schema stays as it is', async () => {
  const empty = await emptyDatabase()
  try {
    const env = { DATABASE_URL: empty.url }
    const asked = await project().ks(['completion', 'words', 'bg', 'queues', 'resume', ''], { env })
    expect(asked).toEqual({ code: 0, stdout: 'email\n', stderr: '' })
    expect(await empty.query("select from pg_namespace where nspname = 'background'")).toEqual([])
  } finally {
    await empty.drop()
  }
})

/** A shell in a terminal that reads no files of its user. */
const SHELLS = { bash: 'bash --norc --noprofile -i', zsh: 'zsh -f -i', fish: 'fish --no-config -i' }
const isThere = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0

for (const [shell, program] of Object.entries(SHELLS)) {
  if (!isThere(shell)) console.warn(`${shell} is not installed: its completion is not tried`)
  test.skipIf(!hasTerminal || !isThere(shell))(
    `${shell} takes its script and completes with it`,
    async () => {
      await project().write('bin/ks', `#!/bin/sh\nexec '${process.execPath}' '${KS}' "$@"\n`)
      await chmod(project().path('bin/ks'), 0o755)
      await project().write('letter.json', '{}')
      await project().write('script', (await project().ks(['completion', shell])).stdout)
      const env = { PATH: `${project().path('bin')}:${process.env.PATH}`, HOME: project().path('bin') }
      const terminal = programInTerminal(program, {
        cwd: project().root,
        env: { ...env, DATABASE_URL: database().url },
      })
      terminal.type('source ./script; echo rea""dy\n')
      await terminal.shows(/^ready/m)
      terminal.type('ks bg run SendR\t')
      await terminal.shows(/ks bg run SendReport/)
      terminal.type('\u0015ks bg queues p\t\t')
      await terminal.shows(/pause +purge/)
      terminal.type('\u0015ks bg schedule --file lett\t')
      await terminal.shows(/--file letter\.json/)
      terminal.type('\u0015exit\n')
      await terminal.ended
    },
  )
}
