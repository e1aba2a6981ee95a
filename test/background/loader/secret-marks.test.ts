import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { secretMarks } from '../../../background/loader/secret-marks.ts'
import { type AppFiles, appOf } from '../../support/app-files.ts'

const task = (payload: string, rest = '') => `
import { z } from 'zod'
export default Object.assign(async () => {}, { [Symbol.for('kretes.task.options')]: { payload: ${payload} } }${rest})`
const CHARGE = task('z.object({ user: z.string(), token: z.string().meta({ secret: true }) })')
const CARDS = task('z.object({ cards: z.array(z.object({ pin: z.string().meta({ secret: true }) })) })')
const FILES = { 'tasks/Charge.ts': CHARGE, 'tasks/Store.ts': CARDS, 'tasks/Plain.ts': task('z.object({})') }

const marksIn = async ({ root }: AppFiles, ...names: string[]) =>
  Object.fromEntries(await secretMarks(names, { root, directory: 'tasks' }))

/** The files with what is kept of a task. */
function keptOf({ path }: AppFiles, name: string): string[] {
  const directory = path('.kretes/build/tasks')
  const names = readdirSync(directory).filter(file => file.startsWith(`${name}-`))
  return names.filter(file => file.endsWith('.secrets.json')).map(file => `${directory}/${file}`)
}

test('what schemas mark is found, of the tasks that are asked for', async () => {
  const app = await appOf(FILES)
  expect(await marksIn(app, 'Charge', 'Plain')).toEqual({ Charge: [['token']], Plain: [] })
  expect(await marksIn(app, 'Store')).toEqual({ Store: [['cards', '*', 'pin']] })
})

test('a task that has another name than its file is found by its own', async () => {
  const named = task(
    'z.object({ pin: z.string().meta({ secret: true }) })',
    ", { [Symbol.for('kretes.task.name')]: 'Pay' }",
  )
  const app = await appOf({ ...FILES, 'tasks/Payment.ts': named })
  expect(await marksIn(app, 'Pay')).toMatchObject({ Pay: [['pin']] })
})

test('what was found is kept, and a task is not loaded to show its jobs', async () => {
  const app = await appOf(FILES)
  await marksIn(app, 'Charge')
  const [path = ''] = keptOf(app, 'Charge')
  const kept = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...kept, marks: [['kept']] }))
  expect(await marksIn(app, 'Charge')).toEqual({ Charge: [['kept']] })
  writeFileSync(path, JSON.stringify({ ...kept, marks: [['kept']], packages: 'others' }))
  expect(await marksIn(app, 'Charge')).toEqual({ Charge: [['token']] })
  writeFileSync(path, JSON.stringify({ ...kept, marks: [['kept']], by: 'another version' }))
  expect(await marksIn(app, 'Charge')).toEqual({ Charge: [['token']] })
})

test('what has changed is looked at again', async () => {
  const app = await appOf(FILES)
  await marksIn(app, 'Charge')
  await app.write('tasks/Charge.ts', CARDS)
  expect(await marksIn(app, 'Charge')).toEqual({ Charge: [['cards', '*', 'pin']] })
})

test('a task that cannot be compiled or loaded marks nothing, and nothing is kept of it', async () => {
  const app = await appOf({
    'tasks/Broken.ts': 'export default async () => {',
    'tasks/Throws.ts': "throw new Error('no key')",
  })
  expect(await marksIn(app, 'Broken', 'Throws', 'Missing')).toEqual({})
  expect(keptOf(app, 'Throws')).toEqual([])
})
