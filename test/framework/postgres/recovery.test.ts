import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { announcementOf } from '../../../framework/postgres/announcement.ts'
import { claim } from '../../../framework/postgres/claim.ts'
import { claimOf, dataOf, lockOf, logOf } from '../../../framework/postgres/cluster.ts'
import { run } from '../../../framework/postgres/command.ts'
import { freePort } from '../../../framework/postgres/free-port.ts'
import { eventually } from '../../support/eventually.ts'
import {
  ask,
  clusterOf,
  directoryIn,
  ended,
  launchMember,
  newProject,
  open,
  startMember,
  usedProject,
  useProjects,
} from './projects.ts'

useProjects()

const alive = [{ alive: 1 }]

/** What a server that was killed leaves: its announcement, naming a process and a port. */
async function announce(directory: string, pid: number, port: number): Promise<string> {
  const cluster = await clusterOf(directory)
  const lines = [pid, dataOf(cluster), 1, port, '', '127.0.0.1', '  1 1', 'ready   ', '']
  const path = join(dataOf(cluster), 'postmaster.pid')
  await writeFile(path, lines.join('\n'))
  return path
}

test('the pid of a server that is gone belongs to another process now: that one is left alone', async () => {
  const directory = directoryIn(await usedProject())
  const { account } = await clusterOf(directory)
  const bystander = spawn('sleep', ['60'], { ...account, stdio: 'ignore' })
  try {
    await announce(directory, bystander.pid as number, await freePort())
    const { url } = await open(directory)
    expect(await ask(url, 'select 1 as alive')).toEqual(alive)
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull()
  } finally {
    bystander.kill()
    await ended(bystander)
  }
})

test('the port of a server that is gone belongs to somebody else now', async () => {
  const directory = directoryIn(await usedProject())
  const before = await open(directory)
  await before.close()
  const squatter = createServer(socket => socket.end('this is not PostgreSQL\n'))
  await new Promise<void>(resolve => squatter.listen(Number(new URL(before.url).port), '127.0.0.1', resolve))
  try {
    const after = await open(directory)
    expect(new URL(after.url).port).not.toBe(new URL(before.url).port)
    expect(await ask(after.url, 'select 1 as alive')).toEqual(alive)
    await after.close()

    await announce(directory, process.pid, Number(new URL(before.url).port))
    const again = await open(directory)
    expect(await ask(again.url, 'select 1 as alive')).toEqual(alive)
  } finally {
    squatter.close()
  }
})

test('killed while creating the database, with the lock in hand', async () => {
  const directory = directoryIn(await newProject())
  const unfinished = () => readdirSync(directory).filter(name => name.startsWith('new-'))
  const first = launchMember(directory)
  await eventually(() => existsSync(directory) && unfinished().length > 0)
  first.kill('SIGKILL')
  await ended(first)
  expect(existsSync(join(directory, 'data'))).toBe(false)
  expect(existsSync(lockOf(await clusterOf(directory)))).toBe(true)

  const { url, close } = await open(directory)
  expect(await ask(url, 'select 1 as alive')).toEqual(alive)
  await close()
  await (await open(directory)).close()
  expect(unfinished()).toEqual([])
  expect(existsSync(lockOf(await clusterOf(directory)))).toBe(false)
})

test('a killed process had not yet created the database in the server it started', async () => {
  const directory = directoryIn(await usedProject())
  const { url, close } = await open(directory)
  await ask(url.replace('/app?', '/postgres?'), 'drop database app')
  await close()
  expect(await ask((await open(directory)).url, 'select 1 as alive')).toEqual(alive)
})

test('the whole directory is deleted under a running server: the next process begins anew', async () => {
  const directory = directoryIn(await usedProject())
  const member = await startMember(directory)
  const { pid } = announcementOf(await clusterOf(directory)) ?? {}
  await rm(directory, { recursive: true })
  await member.kill()
  try {
    const { url, startedHere } = await open(directory)
    expect(startedHere).toBe(true)
    expect(url).not.toBe(member.url)
    expect(await ask(url, 'select 1 as alive')).toEqual(alive)
  } finally {
    // it notices by itself, but within a minute
    await run('kill', ['-QUIT', String(pid)], { as: undefined }).catch(() => {})
  }
})

test('a database that cannot be created says why, and can be once the reason is gone', async () => {
  const project = await newProject()
  const program = async (name: string, script: string) => {
    await mkdir(join(project, 'native', 'bin'), { recursive: true })
    await writeFile(join(project, 'native', 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  await program('postgres', 'echo "postgres (PostgreSQL) 18.4"')
  await program('initdb', 'echo "could not write: no space left on device" >&2; exit 1')
  await expect(open(directoryIn(project), { binaries: join(project, 'native') })).rejects.toMatchObject({
    code: 'POSTGRES_CREATE_FAILED',
    message: expect.stringContaining('no space left on device'),
  })
  expect(await ask((await open(directoryIn(project))).url, 'select 1 as alive')).toEqual(alive)
})

test('a server that does not start says why', async () => {
  const directory = directoryIn(await usedProject())
  await appendFile(join(directory, 'data', 'postgresql.conf'), "shared_buffers = 'plenty'\n")
  await expect(open(directory)).rejects.toMatchObject({
    code: 'POSTGRES_START_FAILED',
    message: expect.stringContaining('invalid value for parameter "shared_buffers": "plenty"'),
    hint: expect.stringContaining('server.log'),
  })
})

test('data of another major version is left alone', async () => {
  const directory = directoryIn(await usedProject())
  await writeFile(join(directory, 'data', 'PG_VERSION'), '16\n')
  await expect(open(directory)).rejects.toMatchObject({
    code: 'POSTGRES_VERSION_MISMATCH',
    message: expect.stringMatching(/made by PostgreSQL 16, installed is PostgreSQL 18/),
    hint: expect.stringContaining(`delete ${directory}`),
  })
})

test('a server in another container uses the data: nobody starts a second one', async () => {
  const directory = directoryIn(await usedProject())
  const cluster = await clusterOf(directory)
  const announcement = await announce(directory, 1, await freePort())
  const claimed = await claim(claimOf(cluster))
  const elsewhere = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', ...claimed.descriptors] })
  claimed.release()
  try {
    const failure = { code: 'POSTGRES_UNRESPONSIVE', hint: expect.stringContaining('DATABASE_URL') }
    await expect(open(directory, { patience: 100 })).rejects.toMatchObject(failure)
  } finally {
    elsewhere.kill()
    await ended(elsewhere)
    await rm(announcement)
  }
})

test('the log does not grow without end', async () => {
  const directory = directoryIn(await usedProject())
  const log = logOf(await clusterOf(directory))
  await writeFile(log, 'old\n'.repeat(300_000))
  const { url } = await open(directory)
  await ask(url, 'select 1 / 0').catch(() => {})
  expect(await readFile(log, 'utf8')).not.toMatch(/old|division by zero/)
  expect((await stat(`${log}.1`)).size).toBe(1_200_000)
})

test('where there are no named pipes, pids do', async () => {
  const directory = directoryIn(await usedProject())
  await rm(claimOf(await clusterOf(directory)))
  const env = { PATH: '/nowhere' }
  const members = await Promise.all([1, 2, 3].map(() => startMember(directory, { env })))
  expect(members.map(member => member.message)).toEqual(Array(3).fill(undefined))
  expect(new Set(members.map(member => member.url)).size).toBe(1)
  expect((await stat(claimOf(await clusterOf(directory)))).isFile()).toBe(true)
  for (const member of members) expect(await member.close()).toBe(0)
  await expect(ask(members[0]?.url ?? '', 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
