import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { setup } from '../support/build.ts'
import { useDatabase } from '../support/database.ts'
import { REPOSITORY } from '../support/sources.ts'

const database = useDatabase()
beforeAll(setup, 120_000)

/** Runs a script of somebody who has installed the package; answers with what it wrote. */
async function runScript(source: string): Promise<string> {
  const directory = join(REPOSITORY, '.kretes', 'test')
  const file = join(directory, `${randomUUID()}.mjs`)
  await mkdir(directory, { recursive: true })
  try {
    await writeFile(file, source)
    const env = { ...process.env, DATABASE_URL: database().url, LOG_LEVEL: 'silent' }
    return (await promisify(execFile)(process.execPath, [file], { env, timeout: 20_000 })).stdout
  } finally {
    await rm(file, { force: true })
  }
}

test('a process ends by itself once its runner has stopped, as on a signal that it passes on', async () => {
  const written = await runScript(`
    import { run } from '@kretes/background'
    const ending = new AbortController()
    process.once('SIGTERM', () => ending.abort())
    const runner = await run({ tasks: { A: () => 'done' }, signal: ending.signal })
    const job = await runner.schedule({ task: 'A' })
    console.log((await job.wait({ timeout: '10s' })).result)
    process.kill(process.pid, 'SIGTERM')
    await runner.stopped
    console.log('stopped')`)
  expect(written).toBe('done\nstopped\n')
})

test('so does one that only migrates', async () => {
  const written = await runScript(`
    import { runMigrations } from '@kretes/background'
    console.log(await runMigrations())
    console.log('closed')`)
  expect(written).toBe('[]\nclosed\n')
})

test('the door for tests opens', async () => {
  const written = await runScript(`
    import { Background } from '@kretes/background'
    import { testBackground } from '@kretes/background/testing'
    const background = await testBackground({ tasks: { B: () => {} } })
    await Background.schedule({ task: 'B' })
    console.log(await background.drain())
    await background[Symbol.asyncDispose]()`)
  expect(written).toContain('completed: 1')
})
