import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { announcementOf, isServed } from '../../../framework/postgres/announcement.ts'
import { eventually } from '../../support/eventually.ts'
import {
  ask,
  clusterOf,
  directoryIn,
  ended,
  newProject,
  open,
  startMember,
  usedProject,
  useProjects,
} from './projects.ts'

useProjects()

const isStopped = async (directory: string) => !(await isServed(await clusterOf(directory)))

/** The server notices a killed process as soon as the kernel tells it, which is soon but not at once. */
async function membersAre(count: number, url: string): Promise<void> {
  const sql = "select count(*)::int as count from pg_locks where locktype = 'advisory' and granted"
  await eventually(async () => (await ask(url, sql))[0]?.count === count)
}

test('five processes that start together share one server, and the last one stops it', async () => {
  const directory = directoryIn(await newProject())
  const members = await Promise.all(Array.from({ length: 5 }, () => startMember(directory)))
  expect(members.map(member => member.message)).toEqual(Array(5).fill(undefined))
  expect(new Set(members.map(member => member.url)).size).toBe(1)
  expect(members.filter(member => member.startedHere)).toHaveLength(1)

  for (const member of members.slice(0, 4)) expect(await member.close()).toBe(0)
  expect(await ask(members[0]?.url ?? '', 'select 1 as alive')).toEqual([{ alive: 1 }])
  expect(await isStopped(directory)).toBe(false)
  expect(await members[4]?.close()).toBe(0)
  expect(await isStopped(directory)).toBe(true)
})

test('a copy of a project has a server of its own, although it has the same password and wants the same port', async () => {
  const [original, copy] = [directoryIn(await usedProject()), directoryIn(await usedProject())]
  const { url } = await open(original)
  const members = await Promise.all([1, 2, 3].map(() => startMember(copy)))
  expect(members.map(member => member.message)).toEqual(Array(3).fill(undefined))
  const urls = new Set(members.map(member => member.url))
  expect(urls.size).toBe(1)
  expect(urls).not.toContain(url)
})

test('processes that leave together leave no server behind', async () => {
  const directory = directoryIn(await usedProject())
  const members = await Promise.all(Array.from({ length: 3 }, () => startMember(directory)))
  expect(await Promise.all(members.map(member => member.close()))).toEqual([0, 0, 0])
  expect(await isStopped(directory)).toBe(true)
})

test('killed processes do not count, not even the one that started the server', async () => {
  const directory = directoryIn(await usedProject())
  const starter = await startMember(directory)
  const [second, last] = [await startMember(directory), await startMember(directory)]
  await starter.kill()
  await second.kill()
  await membersAre(1, last.url)
  expect(await last.close()).toBe(0)
  expect(await isStopped(directory)).toBe(true)
})

test('Ctrl-C in the terminal that started the server leaves it to the others', async () => {
  const directory = directoryIn(await usedProject())
  const starter = await startMember(directory)
  const other = await startMember(directory)
  process.kill(-(starter.process.pid as number), 'SIGINT')
  await ended(starter.process)
  await membersAre(1, other.url)
  expect(await other.close()).toBe(0)
})

test('a server left behind by a killed process is adopted with all its data', async () => {
  const directory = directoryIn(await usedProject())
  const killed = await startMember(directory)
  await ask(killed.url, 'create table notes as select 1 as id')
  await killed.kill()

  const heir = await startMember(directory)
  expect(heir).toMatchObject({ url: killed.url, startedHere: false })
  expect(await ask(heir.url, 'select id from notes')).toEqual([{ id: 1 }])
  await membersAre(1, heir.url)
  expect(await heir.close()).toBe(0)
  expect(await isStopped(directory)).toBe(true)
})

test('a server that is killed comes back for its members, with all its data', async () => {
  const directory = directoryIn(await usedProject())
  const notices: string[] = []
  const postgres = await open(directory, { onNotice: notice => notices.push(notice) })
  await ask(postgres.url, 'create table notes as select 1 as id')
  process.kill(announcementOf(await clusterOf(directory))?.pid as number, 'SIGKILL')

  await eventually(() => notices.includes('the development database was lost and is back'))
  expect(await ask(postgres.url, 'select id from notes')).toEqual([{ id: 1 }])
  await postgres.close()
  expect(await isStopped(directory)).toBe(true)
})

test('a server whose data is deleted is not created anew behind the back of its members', async () => {
  const directory = directoryIn(await usedProject())
  const notices: string[] = []
  const postgres = await open(directory, { onNotice: notice => notices.push(notice) })
  const { pid } = announcementOf(await clusterOf(directory)) ?? {}
  await rm(`${directory}/data`, { recursive: true })
  process.kill(pid as number, 'SIGKILL')

  await eventually(() => notices.includes('the development database is lost: its data was deleted'))
  await postgres.close()
  expect(existsSync(`${directory}/data`)).toBe(false)
})
