import { expect, onTestFinished, test } from 'vitest'
import { type TaskChanges, TaskWatch } from '../../../background/loader/watch.ts'
import type { TaskContext } from '../../../background/task-context.ts'
import { appOf } from '../../support/app-files.ts'
import { eventually } from '../../support/eventually.ts'

const greet = (word: string) => `export default async () => '${word}'`

const TWO = { 'tasks/Greet.ts': greet('hello'), 'tasks/Other.ts': greet('other') }
const FROM_ALL_OVER = {
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
  'tasks/Greet.ts': `
import { word } from '../server/types/words.ts'
import { end } from '../types/ends.ts'
import names from '@/data/names.json' with { type: 'json' }
export default async () => word + names[0] + end
`,
  'server/types/words.ts': "export const word = 'hello '",
  'types/ends.ts': "export const end = '.'",
  'data/names.json': '["ann"]',
}

/** Tasks that are watched; `hear` is told of their changes. */
async function watched(hear: (changes: TaskChanges) => void, files: Record<string, string> = TWO) {
  const app = await appOf(files)
  const troubles: unknown[] = []
  const watch = new TaskWatch({
    ...{ root: app.root, directory: 'tasks', onTasks: hear, onRoot: () => {} },
    onTrouble: error => void troubles.push(error),
  })
  onTestFinished(() => watch.close())
  await watch.load()
  return { app, troubles }
}

test('what has changed is told, with its code and how long that took', async () => {
  const told: TaskChanges[] = []
  const { app, troubles } = await watched(changes => void told.push(changes))
  await app.write('tasks/Greet.ts', greet('bonjour'))
  const change = await eventually(() => told.find(({ changed }) => changed.length > 0))
  expect(change).toMatchObject({ added: [], changed: ['Greet'], removed: [], kept: [] })
  expect(await change.loaded.registry.get('Greet').run({}, {} as TaskContext)).toBe('bonjour')
  expect(change.ms).toBeGreaterThan(0)
  expect(troubles).toEqual([])
})

test('whatever a task imports is watched, wherever it is and however it is found', async () => {
  const told: TaskChanges[] = []
  const { app } = await watched(changes => void told.push(changes), FROM_ALL_OVER)
  const says = async (greeting: string) => {
    const run = async () =>
      (await told
        .at(-1)
        ?.loaded.registry.find('Greet')
        ?.run({}, {} as TaskContext)) === greeting
    await eventually(run)
  }
  await app.write('server/types/words.ts', "export const word = 'bonjour '")
  await says('bonjour ann.')
  await app.write('data/names.json', '["bob"]')
  await says('bonjour bob.')
  await app.write('types/ends.ts', "export const end = '!'")
  await says('bonjour bob!')
})

test('whoever is told of a change and fails is heard, and is told of the next one', async () => {
  const told: TaskChanges[] = []
  const { app, troubles } = await watched(changes => {
    told.push(changes)
    if (told.length === 1) throw new Error('no database')
  })
  await app.write('tasks/Greet.ts', greet('bonjour'))
  await eventually(() => troubles.length > 0)
  expect(troubles).toEqual([new Error('no database')])
  await app.write('tasks/Greet.ts', greet('hola'))
  await eventually(() => told.length > 1)
  expect(troubles).toHaveLength(1)
})
