import { readFile, rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { useProject } from './ks.ts'

const TASK = `
import type { Task } from '@kretes/background'
const Greet: Task<{ name: string }> = async () => {}
export default Greet
`

const database = useDatabase()
const project = useProject({ 'tasks/Greet.ts': TASK })

test('a worker in production writes nothing', async () => {
  const env = { DATABASE_URL: database().url, NODE_ENV: 'production' }
  await project().ks(['bg', '--once'], { env })
  await expect(readFile(`${project().root}/types/tasks.d.ts`, 'utf8')).rejects.toThrow('ENOENT')
})

test('a worker in development writes the types by which tasks are scheduled by name', async () => {
  const env = { DATABASE_URL: database().url }
  expect(await project().ks(['bg', '--once'], { env })).toMatchObject({ code: 0 })
  expect(await readFile(`${project().root}/types/tasks.d.ts`, 'utf8')).toContain('Greet:')
})

test('ks bg types writes them without a worker, and says in a pipeline that they are out of date', async () => {
  const ks = (...flags: string[]) => project().ks(['bg', 'types', ...flags])
  const path = `${project().root}/types/tasks.d.ts`
  await rm(path, { force: true })
  expect(await ks('--check')).toMatchObject({ code: 1, stderr: expect.stringContaining('run: ks bg types') })
  expect(await ks()).toMatchObject({ code: 0, stdout: 'types/tasks.d.ts\n' })
  const written = await readFile(path, 'utf8')
  expect(written).toContain('Greet:')
  expect(await ks('--check')).toMatchObject({ code: 0 })
  await project().write('tasks/Broken.ts', 'export default async () => {')
  expect(await ks()).toMatchObject({ code: 1, stderr: expect.stringContaining('stays as it was') })
  expect(await readFile(path, 'utf8')).toBe(written)
})
