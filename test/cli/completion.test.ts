import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { complete } from '../../cli/completion/complete.ts'
import { createProgram } from '../../cli/program.ts'
import { KS } from '../support/build.ts'
import { useDatabase } from '../support/database.ts'
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

/** A shell, and what it prints when it has the script and completes the line. */
const SHELLS: Record<string, (script: string, line: string) => string> = {
  bash: (script, line) => `
    ${script}
    COMP_WORDS=(${line} ''); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    _ks; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: (script, line) => `${script}\ncomplete -C '${line} '`,
}

for (const [shell, program] of Object.entries(SHELLS)) {
  const isThere = spawnSync(shell, ['-c', 'true']).status === 0
  test.skipIf(!isThere)(`${shell} takes its script and completes with it`, async () => {
    const { stdout } = await project().ks(['completion', shell])
    const ks =
      shell === 'fish'
        ? `function ks; '${process.execPath}' '${KS}' $argv; end`
        : `ks() { '${process.execPath}' '${KS}' "$@"; }`
    const env = { PATH: process.env.PATH ?? '', HOME: project().root, DATABASE_URL: database().url }
    const text = `${ks}\n${program(stdout, 'ks bg run')}`
    const completed = await promisify(execFile)(shell, ['-c', text], { cwd: project().root, env })
    expect(completed.stdout.trim().split('\n')).toEqual(['SendEmail', 'SendReport', 'Wait'])
  })
}

test('zsh takes its script', async () => {
  const { stdout, code } = await project().ks(['completion', 'zsh'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^#compdef ks kretes\n/)
  if (spawnSync('zsh', ['-c', 'true']).status !== 0) return
  expect(spawnSync('zsh', ['-n'], { input: stdout }).stderr.toString()).toBe('')
})
