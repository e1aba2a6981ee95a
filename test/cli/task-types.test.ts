import { readFile } from 'node:fs/promises'
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
