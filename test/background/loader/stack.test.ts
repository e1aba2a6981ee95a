import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { appOf } from '../../support/app-files.ts'

/** Loads the tasks of an app as a worker does, outside of the test runner, and prints the stack of what `A` throws. */
const PROGRAM = `
import { loadTasks } from '${new URL('../../../background/loader/load.ts', import.meta.url).pathname}'
const { registry, problems } = await loadTasks({ root: process.cwd(), directory: 'tasks' })
const stack = await registry.find('A')?.run({}, {}).catch(error => error.stack)
console.log(JSON.stringify({ stack, problems }))
`

async function run(files: Record<string, string>) {
  const app = await appOf({ ...files, 'program.ts': PROGRAM })
  await build({
    entryPoints: [app.path('program.ts')],
    outfile: app.path('program.mjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: app.root })
  return { app, ...JSON.parse(stdout) }
}

test('the stack of a failed task shows its own lines', async () => {
  const { app, stack } = await run({
    'tasks/A.ts': `import { charge } from '../src/charge'

      interface Payload { cents: number }
      export default async ({ cents }: Payload) => {
        await charge(cents)
      }`,
    'src/charge.ts': `type Cents = number
      export async function charge(cents: Cents): Promise<void> {
        throw new RangeError('too much')
      }`,
  })
  expect(stack).toContain('RangeError: too much')
  expect(stack).toContain(`${app.path('src/charge.ts')}:3:15`)
  expect(stack).toContain(`${app.path('tasks/A.ts')}:5:15`)
  expect(stack).not.toContain('.kretes/build')
})

test('so does the place of what is thrown while a task is loaded', async () => {
  const { problems } = await run({
    'tasks/A.ts': "interface Unused {}\nimport '../src/env'\nexport default async () => {}",
    'src/env.ts': "type Env = {}\n\n  throw new Error('no API key')",
  })
  expect(problems).toMatchObject([
    { file: 'src/env.ts', line: 3, column: 9, message: 'throws while it is loaded: no API key' },
  ])
})

test('where a package throws, the place is the line that called it', async () => {
  const { problems } = await run({
    'tasks/A.ts': "import { Cron } from 'croner'\n\nnew Cron('nonsense')\nexport default async () => {}",
  })
  expect(problems).toMatchObject([
    { file: 'tasks/A.ts', line: 3, message: expect.stringContaining('CronPattern') },
  ])
})
