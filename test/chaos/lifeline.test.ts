import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { heirOf, remember } from './lifeline.ts'
import { PID_FILE } from './server/pooler.ts'

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kretes-lifeline-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

/** A process that goes on for longer than any test. */
async function sleeper(): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}

async function inherit(path: string): Promise<void> {
  const heir = heirOf(path)
  const gone = once(heir, 'exit')
  heir.stdin?.end()
  await gone
}

test('who inherits ends the pooler', async () => {
  const path = await directory()
  const pooler = await sleeper()
  await mkdir(join(path, 'pooler'))
  await writeFile(join(path, 'pooler', PID_FILE), `${pooler.pid}\n`)
  const gone = once(pooler, 'exit')
  await inherit(path)
  expect(await gone).toEqual([null, 'SIGKILL'])
})

test('a halted process of the crew goes on to its own end', async () => {
  const path = await directory()
  const halted = await sleeper()
  remember(path, halted.pid as number)
  halted.kill('SIGSTOP')
  halted.kill('SIGTERM')
  const gone = once(halted, 'exit')
  await inherit(path)
  expect(await gone).toEqual([null, 'SIGTERM'])
})
