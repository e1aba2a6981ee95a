import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, useProject } from '../cli/ks.ts'
import { useDatabase } from '../support/database.ts'
import { REPOSITORY } from '../support/sources.ts'

const EXAMPLE = join(REPOSITORY, 'examples', 'quickstart')
const database = useDatabase()
const project = useProject(filesOf(EXAMPLE), () => ({ DATABASE_URL: database().url, PORT: '0' }))

test('`ks start --worker` serves it and runs its jobs, until it is interrupted', async () => {
  const { scripts } = JSON.parse(readFileSync(join(EXAMPLE, 'package.json'), 'utf8'))
  expect(scripts.start).toBe('ks start --worker')
  const app = project().start(['start', '--worker'])
  await app.says(/worker:ready/)
  const [url] = /http:\/\/localhost:\d+/.exec(app.stderr()) as RegExpExecArray

  const response = await fetch(`${url}/signup`, { method: 'POST', body: '{ "email": "ann@example.com" }' })
  expect(response.status).toBe(200)
  await app.says(/job:completed/)
  app.process.kill('SIGINT')
  const { code, stdout, stderr } = await app.ended()
  expect(code).toBe(0)
  expect(stderr).toContain('welcome, ann@example.com')
  const completed = jsonLines(stdout).filter(({ event }) => event === 'job:completed')
  expect(completed).toMatchObject([{ task: 'SendEmail', queue: 'email', attempt: 1 }])
  expect(await database().query('select email, welcomed_at is not null as welcomed from users')).toEqual([
    { email: 'ann@example.com', welcomed: true },
  ])
})

test('`ks bg` runs its jobs in a process of their own', async () => {
  await database().query('create table if not exists users (email text, welcomed_at timestamptz)')
  const args = ['bg', 'schedule', 'SendEmail', '{ "to": "bob@example.com" }']
  expect(await project().ks(args)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('SendEmail on email'),
  })
  const { code, stdout } = await project().ks(['bg', '--once'])
  expect(code).toBe(0)
  expect(jsonLines(stdout).map(({ event }) => event)).toContain('job:completed')
})

/** The example's own files by name, without what has been installed or built there. */
function filesOf(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(directory.length + 1))
  const own = paths.filter(path => !/^(node_modules|\.kretes)\b/.test(path) && path !== 'package-lock.json')
  return Object.fromEntries(own.map(path => [path, readFileSync(join(directory, path), 'utf8')]))
}
