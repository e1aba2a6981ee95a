import { pathToFileURL } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import { expect, test } from 'vitest'
import { nameOf } from '../../../background/identity.ts'
import { stampTaskNames, taskNames } from '../../../background/loader/task-names.ts'
import { appOf } from '../../support/app-files.ts'

const files = {
  'server.ts': `import SendEmail from './tasks/SendEmail'
    import { ChargeCard } from './tasks/billing/ChargeCard'
    import Legacy from './tasks/Legacy'
    import Named from './tasks/Named'
    export default [SendEmail, ChargeCard, Legacy, Named]`,
  'tasks/SendEmail.ts': 'export default async () => {}',
  'tasks/billing/ChargeCard.ts': 'export const ChargeCard = async () => {}',
  'tasks/Legacy.js': 'const helper = () => {}\nexport { helper, run as default }\nfunction run() {}',
  'tasks/Named.ts': 'export default Object.assign(() => {}, { [Symbol.for("kretes.task.name")]: "Chosen" })',
}

test.each<BuildOptions>([{}, { minify: true }, { minify: true, keepNames: true }])(
  'tasks in a bundle of an app know their names: %j',
  async options => {
    const app = await appOf(files)
    await build({
      entryPoints: [app.path('server.ts')],
      outfile: app.path('dist/server.mjs'),
      bundle: true,
      format: 'esm',
      plugins: [taskNames({ tasksDirectory: app.path('tasks') })],
      ...options,
    })
    const { default: tasks } = await import(pathToFileURL(app.path('dist/server.mjs')).href)
    expect(tasks.map(nameOf)).toEqual(['SendEmail', 'billing/ChargeCard', 'Legacy', 'Chosen'])
  },
)

test('only task files are touched, and their lines keep their numbers', async () => {
  const app = await appOf({ 'tasks/A.ts': '' })
  const stamp = stampTaskNames(app.path('tasks'))
  const source = 'export default async () => {} // no newline'
  expect(stamp(app.path('tasks/A.ts'), source).startsWith(`${source}\n`)).toBe(true)
  expect(stamp(app.path('tasks/helper.ts'), source)).toBe(source)
  expect(stamp(app.path('src/A.ts'), source)).toBe(source)
  expect(stamp(app.path('tasks/A.cjs'), source)).toBe(source)
  expect(stamp(app.path('tasks/A.js'), 'module.exports = () => {}')).toBe('module.exports = () => {}')
})
