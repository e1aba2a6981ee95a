import { expect, test } from 'vitest'
import { hasSources, isRelevant } from '../../../background/loader/relevance.ts'

const SURROUNDINGS = { root: '/app', tasks: '/app/tasks', inputs: ['/app/mails/welcome.txt'] }

test.each([
  ['/app/tasks/SendEmail.ts', true],
  ['/app/tasks/SendFax.sh', true],
  ['/app/server/words.ts', true],
  ['/app/server/types/order.ts', true],
  ['/shared/dist/index.mjs', true],
  ['/app/prices.json', true],
  ['/app/server', true],
  ['/app/mails/welcome.txt', true],
  ['/app/mails/other.txt', false],
  ['/app/app.log', false],
  ['/app/types/tasks.d.ts', false],
  ['/app/types/tasks.d.ts.17-x.tmp', false],
  ['/app/types/order.ts', true],
  ['/app/.kretes/build/a-1.mjs', false],
  ['/app/node_modules/zod/index.js', false],
])('a change of %s matters: %s', (path, matters) => {
  expect(isRelevant(path, SURROUNDINGS)).toBe(matters)
})

test('there are no sources in directories of tools', () => {
  const directories = ['/app', '/app/types', '/app/dist', '/app/.git', '/app/x/node_modules/y', '/shared']
  expect(directories.filter(directory => hasSources(directory, '/app'))).toEqual([
    ...['/app', '/app/types', '/app/dist', '/shared'],
  ])
})
