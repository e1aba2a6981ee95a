import { expect, onTestFinished, test } from 'vitest'
import { nameOf } from '../../../background/identity.ts'
import { loadTasks } from '../../../background/loader/load.ts'
import { createTaskCompiler } from '../../../background/loader/task-compiler.ts'
import type { TaskContext } from '../../../background/task-context.ts'
import { appOf } from '../../support/app-files.ts'

const context = {} as TaskContext

async function loadFrom(files: Record<string, string>) {
  const app = await appOf(files)
  const loaded = await loadTasks({ root: app.root, directory: 'tasks' })
  return { app, ...loaded, names: loaded.registry.names }
}

/** What `task()` makes, without the package: an app in a temporary directory cannot import it from source. */
const withOptions = (options: string, rest = '') =>
  `export default Object.assign(async () => {}, { [Symbol.for('kretes.task.options')]: ${options} }${rest})`

test('a default export, or one named like the file, is the task', async () => {
  const { app, registry, tasks, problems } = await loadFrom({
    'tasks/SendEmail.ts': "export default async ({ to }: { to: string }) => 'to ' + to",
    'tasks/billing/ChargeCard.ts': 'export async function ChargeCard() { return "charged" }',
    'tasks/Both.ts': 'export default { version: 1 }; export const Both = async () => "both"',
  })
  expect(problems).toEqual([])
  expect(registry.names).toEqual(['Both', 'SendEmail', 'billing/ChargeCard'])
  await expect(registry.get('SendEmail').run({ to: 'ann' }, context)).resolves.toBe('to ann')
  expect(tasks.map(({ name, file, exportName }) => [name, file, exportName])).toEqual([
    ['Both', app.path('tasks/Both.ts'), 'Both'],
    ['SendEmail', app.path('tasks/SendEmail.ts'), 'default'],
    ['billing/ChargeCard', app.path('tasks/billing/ChargeCard.ts'), 'ChargeCard'],
  ])
  expect(tasks[1]?.definition).toBe(registry.get('SendEmail'))
})

test('the options of a task and the name it chose itself count', async () => {
  const { registry, tasks } = await loadFrom({
    'tasks/SendEmail.ts': withOptions('{ queue: "email", maxAttempts: 3 }'),
    'tasks/Renamed.ts': withOptions('{}', ', { [Symbol.for("kretes.task.name")]: "OldName" }'),
  })
  expect(registry.get('SendEmail')).toMatchObject({ queue: 'email', maxAttempts: 3 })
  expect(registry.names).toEqual(['OldName', 'SendEmail'])
  expect(tasks.map(({ name }) => name)).toContain('OldName')
})

test('a task can schedule another: both mean the same function, and it knows its name', async () => {
  const { registry } = await loadFrom({
    'tasks/First.ts': "import Second from './Second'\nexport default async () => Second",
    'tasks/Second.ts': 'export default async () => {}',
  })
  const second = (await registry.get('First').run({}, context)) as object
  expect(second).toBe(registry.get('Second').run)
  expect(nameOf(second)).toBe('Second')
})

test('each broken file is a problem with its place, and the others run', async () => {
  const { names, problems } = await loadFrom({
    'tasks/Good.ts': 'export default async () => {}',
    'tasks/Syntax.ts': 'export default async () => {\n  const x = ;\n}',
    'tasks/Lost.ts': "import { x } from '../nowhere'\nexport default async () => x",
    'tasks/Package.ts': "import x from 'no-such-package'\nexport default async () => x",
    'tasks/Throws.ts': "// a comment\nthrow new Error('no API key')",
    'tasks/sendSms.ts': '',
  })
  expect(names).toEqual(['Good'])
  expect(problems).toEqual([
    expect.objectContaining({ severity: 'warning', file: 'tasks/sendSms.ts' }),
    {
      ...{ severity: 'error', file: 'tasks/Lost.ts', line: 1, column: 19 },
      ...{ message: 'Could not resolve "../nowhere"', hint: expect.stringContaining('correct the path') },
      frame: expect.stringContaining('^^^'),
    },
    {
      ...{ severity: 'error', file: 'tasks/Package.ts', hint: 'npm install no-such-package' },
      message: 'imports the package no-such-package, which is not installed',
    },
    expect.objectContaining({
      ...{ severity: 'error', file: 'tasks/Syntax.ts', line: 2, column: 13 },
      frame: expect.stringContaining('> 2 |   const x = ;'),
    }),
    expect.objectContaining({
      ...{ severity: 'error', file: 'tasks/Throws.ts', message: 'throws while it is loaded: no API key' },
      hint: expect.stringContaining('outside the task'),
    }),
  ])
})

test('a file that holds no task is named once, with the reason', async () => {
  const { names, problems } = await loadFrom({
    'tasks/Good.ts': 'export default async () => {}',
    'tasks/Constants.ts': 'export const LIMIT = 5',
    'tasks/Model.ts': 'export default class Model {}',
    'tasks/Config.ts': 'export default { run: async () => {} }',
    'tasks/Nothing.ts': 'export default null',
    'tasks/Frozen.ts': 'export default Object.freeze(async () => {})',
  })
  expect(names).toEqual(['Good'])
  expect(problems.map(({ severity, file, message }) => `${severity} ${file} ${message}`)).toEqual([
    'error tasks/Config.ts Config is an object, not a task',
    'warning tasks/Constants.ts is not taken for a task: it exports neither a default nor Constants',
    'error tasks/Frozen.ts Frozen is frozen, so it cannot carry its name',
    'error tasks/Model.ts Model is a class, not a task',
    'error tasks/Nothing.ts Nothing is null, not a task',
  ])
})

test('an option that means nothing is a problem of that file', async () => {
  const { problems } = await loadFrom({ 'tasks/A.ts': withOptions('{ maxAttempts: 0 }') })
  expect(problems).toEqual([
    expect.objectContaining({
      file: 'tasks/A.ts',
      message: 'maxAttempts is 0',
      hint: expect.stringContaining('1 to'),
    }),
  ])
})

test("a file that passes on another file's task does not take it away", async () => {
  const { names, problems } = await loadFrom({
    'tasks/Alias.ts': "export { default } from './SendEmail'",
    'tasks/SendEmail.ts': 'export default async () => {}',
  })
  expect(names).toEqual(['SendEmail'])
  expect(problems).toMatchObject([
    { severity: 'error', file: 'tasks/Alias.ts', message: expect.stringContaining('tasks/SendEmail.ts') },
  ])
})

test('two tasks that choose one name are no tasks', async () => {
  const named = withOptions('{}', ', { [Symbol.for("kretes.task.name")]: "Same" }')
  const { names, problems } = await loadFrom({ 'tasks/A.ts': named, 'tasks/B.ts': named })
  expect(names).toEqual([])
  expect(problems.map(({ message }) => message)).toEqual([
    'the task name Same is taken by tasks/A.ts and tasks/B.ts',
    'the task name Same is taken by tasks/B.ts and tasks/A.ts',
  ])
})

test('without a tasks directory there is an empty registry and a problem', async () => {
  const { names, problems } = await loadFrom({})
  expect(names).toEqual([])
  expect(problems).toHaveLength(1)
})

test('loading again with the same compiler sees what changed and keeps what did not', async () => {
  const app = await appOf({
    'tasks/A.ts': 'export default async () => 1',
    'tasks/B.ts': 'export default async () => 1',
  })
  const place = { root: app.root, directory: 'tasks' }
  const compiler = createTaskCompiler(place)
  onTestFinished(() => compiler.close())
  const first = await loadTasks({ ...place, compiler })
  await app.write('tasks/A.ts', 'export default async () => 2')
  const second = await loadTasks({ ...place, compiler })
  await expect(second.registry.get('A').run({}, context)).resolves.toBe(2)
  expect(second.registry.get('B').run).toBe(first.registry.get('B').run)
})
