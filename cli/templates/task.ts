import { posix } from 'node:path'

/** A task that does not do much yet. */
export function taskTemplate(name: string): string {
  return `import { task } from '@kretes/background'
import { z } from 'zod'

export default task({
  // what schedule() takes: checked when a job is scheduled, and again when it runs
  payload: z.object({ to: z.email() }),
  async run({ to }, { log }) {
    log.info(\`${words(name)} for \${to}\`)
    return { to }
  },
})
`
}

/** Where the task and its test are, from the project's directory, and how its files import others. */
export interface TaskTestPlace {
  readonly task: string
  readonly test: string
  /** `.ts` where TypeScript allows it, else nothing. */
  readonly extension: string
}

/** A test of that task. */
export function taskTestTemplate(name: string, { task, test, extension }: TaskTestPlace): string {
  const own = posix.basename(name)
  const path = posix.relative(posix.dirname(test), task).replace(/\.ts$/, extension)
  return `import { testBackground } from '@kretes/background/testing'
import { expect, test } from 'vitest'
import ${own} from '${path.startsWith('.') ? path : `./${path}`}'

const tasks = { ${name === own ? own : `'${name}': ${own}`} }

test('${own} does its work', async () => {
  await using background = await testBackground({ url: process.env.TEST_DATABASE_URL, tasks })
  expect(await background.run(${own}, { to: 'ann@example.com' })).toEqual({ to: 'ann@example.com' })
})
`
}

/** `SendEmail`: `send email` */
function words(name: string): string {
  return posix
    .basename(name)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
}
