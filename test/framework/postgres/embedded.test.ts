import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isServed } from '../../../framework/postgres/announcement.ts'
import { eventually } from '../../support/eventually.ts'
import {
  ask,
  clusterOf,
  directoryIn,
  ended,
  launchMember,
  newProject,
  open,
  usedProject,
  useProjects,
} from './projects.ts'

useProjects()

test('a real server with an empty database, in the project, and again with its data', async () => {
  const directory = directoryIn(await newProject())
  const notices: string[] = []
  const first = await open(directory, { onNotice: notice => notices.push(notice) })
  expect(first.startedHere).toBe(true)
  expect(first.version).toMatch(/^18\.\d+/)
  expect(notices).toEqual([`creating the development database in ${directory}`])
  await ask(first.url, 'create table notes as select 1 as id')
  await first.close()
  expect(await isServed(await clusterOf(directory))).toBe(false)

  const second = await open(directory, { onNotice: notice => notices.push(notice) })
  expect(second).toMatchObject({ url: first.url, startedHere: true })
  expect(notices).toHaveLength(1)
  expect(await ask(second.url, 'select id from notes')).toEqual([{ id: 1 }])
})

test('safe for data, modest in size, the same on every machine', async () => {
  const { url } = await open(directoryIn(await usedProject()))
  const settings = await ask<{ name: string; setting: string }>(url, 'select name, setting from pg_settings')
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toMatchObject({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    max_connections: '100',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
    lc_messages: 'C',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
  })
  const database = await ask(
    url,
    'select current_database() as name, datlocale as locale from pg_database where datname = current_database()',
  )
  expect(database).toEqual([{ name: 'app', locale: 'C.UTF-8' }])
})

test('only who can read the password gets in', async () => {
  const directory = directoryIn(await usedProject())
  const { url } = await open(directory)
  await expect(ask(url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toMatchObject({ code: '28P01' })
  const modes = ['.', 'data', 'data/kretes_password'].map(
    async path => (await stat(join(directory, path))).mode,
  )
  expect((await Promise.all(modes)).map(mode => mode & 0o777)).toEqual([0o700, 0o700, 0o600])
})

test('closing twice closes once, and one stay does not end the other of the same process', async () => {
  const directory = directoryIn(await usedProject())
  const [one, other] = [await open(directory), await open(directory)]
  await Promise.all([one.close(), one.close()])
  expect(await ask(other.url, 'select 1 as alive')).toEqual([{ alive: 1 }])
})

test('it does not keep a process alive, but closing does', async () => {
  const directory = directoryIn(await usedProject())
  expect(await ended(launchMember(directory, { whenOpen: 'nothing' }))).toBe(0)
  expect(await isServed(await clusterOf(directory))).toBe(true)
  expect(await ended(launchMember(directory, { whenOpen: 'close' }))).toBe(0)
  await eventually(async () => !(await isServed(await clusterOf(directory))))
})

test('nothing of the environment changes the server', async () => {
  const directory = directoryIn(await newProject())
  const env = { PGDATA: '/nowhere', PGPORT: '1', PGSSLMODE: 'require', TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' }
  const member = launchMember(directory, {
    whenOpen: 'nothing',
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  expect(await ended(member)).toBe(0)
  const { url, startedHere } = await open(directory)
  expect(startedHere).toBe(false)
  const [settings] = await ask(
    url,
    "select current_setting('timezone') as zone, current_setting('log_timezone') as log",
  )
  expect(settings).toEqual({ zone: 'UTC', log: 'UTC' })
})
