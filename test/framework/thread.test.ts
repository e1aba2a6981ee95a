import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startThread } from '../../framework/thread.ts'
import { type AppFiles, appOf } from '../support/app-files.ts'

async function answerOf(app: AppFiles, module: string, workerData: unknown): Promise<unknown> {
  const thread = startThread(pathToFileURL(app.path(module)), workerData)
  onTestFinished(async () => void (await thread.terminate()))
  const [message] = await once(thread, 'message')
  return message
}

const double = `import { parentPort, workerData } from 'node:worker_threads'
  import { twice } from './twice.ts'
  const answer: number = twice(workerData)
  parentPort!.postMessage(answer)`

test('a module in TypeScript runs, with what it imports', async () => {
  const app = await appOf({ 'double.ts': double, 'twice.ts': 'export const twice = (n: number) => 2 * n' })
  expect(await answerOf(app, 'double.ts', 21)).toBe(42)
})

test('it is bundled anew when it changed, and packages are found', async () => {
  const app = await appOf({ 'double.ts': double, 'twice.ts': 'export const twice = (n: number) => 2 * n' })
  expect(await answerOf(app, 'double.ts', 1)).toBe(2)
  await app.write('twice.ts', "import pg from 'pg'; export const twice = () => typeof pg.Pool")
  expect(await answerOf(app, 'double.ts', 1)).toBe('function')
})

test('where it was built, the built module runs', async () => {
  const app = await appOf({
    'package.json': '{ "type": "module" }',
    'built.js':
      "import { parentPort, workerData } from 'node:worker_threads'; parentPort.postMessage(workerData)",
  })
  expect(await answerOf(app, 'built.ts', 'built')).toBe('built')
})
