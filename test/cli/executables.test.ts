import { chmod, readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'
import { jsonLines, useProject } from './ks.ts'

const FAX = `#!/bin/sh
cat > received.json
echo "sent by job $KRETES_JOB_ID"
`

const database = useDatabase()
const project = useProject({ 'tasks/SendFax.sh': FAX, 'tasks/Ping.js': 'export default () => {}' }, () => ({
  DATABASE_URL: database().url,
}))

beforeAll(() => chmod(project().path('tasks/SendFax.sh'), 0o755))

test.skipIf(process.platform === 'win32')('programs run once the configuration says so', async () => {
  const schedule = () => project().ks(['bg', 'schedule', 'SendFax', '{ "to": "ann" }', '--json'])
  const refused = await schedule()
  expect([refused.code, JSON.parse(refused.stdout).error.code]).toEqual([2, 'UNKNOWN_TASK'])

  await project().write('kretes.config.js', 'export default { background: { executables: true } }')
  expect((await schedule()).code).toBe(0)
  const { code, stdout, stderr } = await project().ks(['bg', 'start', '--once', '--json'])
  expect(code).toBe(0)
  const completed = jsonLines(stdout).find(({ event }) => event === 'job:completed')
  expect(completed).toMatchObject({ task: 'SendFax', attempt: 1 })
  expect(stderr).toContain(`sent by job ${completed.id}`)
  expect(await readFile(project().path('received.json'), 'utf8')).toBe('{"to":"ann"}')
})
