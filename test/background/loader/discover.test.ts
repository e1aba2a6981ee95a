import { expect, test } from 'vitest'
import { discover, taskNameOf } from '../../../background/loader/discover.ts'
import { appOf } from '../../support/app-files.ts'

async function discoverIn(...files: string[]) {
  const app = await appOf(Object.fromEntries(files.map(file => [file, ''])))
  const { files: found, problems } = await discover(app.path('tasks'), app.root)
  return { app, found, names: found.map(({ name }) => name), problems }
}

test('a task is a file in PascalCase, named by its path', async () => {
  const { app, found, problems } = await discoverIn(
    'tasks/SendEmail.ts',
    'tasks/SendSms.js',
    'tasks/billing/ChargeCard.mts',
    'tasks/billing/eu/Refund2.mjs',
    'tasks/Invite.tsx',
  )
  expect(found).toEqual([
    { name: 'Invite', file: app.path('tasks/Invite.tsx') },
    { name: 'SendEmail', file: app.path('tasks/SendEmail.ts') },
    { name: 'SendSms', file: app.path('tasks/SendSms.js') },
    { name: 'billing/ChargeCard', file: app.path('tasks/billing/ChargeCard.mts') },
    { name: 'billing/eu/Refund2', file: app.path('tasks/billing/eu/Refund2.mjs') },
  ])
  expect(problems).toEqual([])
})

test('declarations, tests, hidden and underscored files, packages and other files are passed over', async () => {
  const { names, problems } = await discoverIn(
    'tasks/SendEmail.ts',
    'tasks/SendEmail.test.ts',
    'tasks/SendEmail.spec.tsx',
    'tasks/Types.d.ts',
    'tasks/.hidden/Hidden.ts',
    'tasks/_shared/format.ts',
    'tasks/_format.ts',
    'tasks/node_modules/x/Index.js',
    'tasks/README.md',
    'tasks/SendEmail.html',
  )
  expect(names).toEqual(['SendEmail'])
  expect(problems).toEqual([])
})

test.each([
  ['tasks/sendEmail.ts', 'rename it to SendEmail.ts'],
  ['tasks/send-email.mjs', 'rename it to SendEmail.mjs'],
  ['tasks/mail/send_email.ts', 'rename it to SendEmail.ts'],
  ['tasks/SendEmail.server.ts', 'rename it to SendEmailServer.ts'],
  ['tasks/2fa.ts', 'rename it, as in SendEmail.ts'],
])('%s is named wrongly', async (file, hint) => {
  const { names, problems } = await discoverIn('tasks/Ping.ts', file)
  expect(names).toEqual(['Ping'])
  expect(problems).toEqual([
    {
      ...{ severity: 'warning', file, message: expect.stringContaining('PascalCase') },
      hint: expect.stringContaining(hint),
    },
  ])
})

const keepsCase = process.platform === 'linux'

test.skipIf(!keepsCase).each([
  ['tasks/SendEmail.js', 'tasks/SendEmail.ts'],
  ['tasks/SendEmail.ts', 'tasks/Sendemail.ts'],
  ['tasks/Billing/Charge.ts', 'tasks/billing/Charge.ts'],
  ['tasks/SendEmail.ts', 'tasks/sendEmail.ts'],
])('%s and %s have one name: neither is a task', async (one, other) => {
  const { names, problems } = await discoverIn('tasks/Ping.ts', one, other)
  expect(names).toEqual(['Ping'])
  expect(problems).toMatchObject([
    { severity: 'error', file: one, message: expect.stringContaining(`${one} and ${other}`) },
    { severity: 'error', file: other, message: expect.stringContaining(`${other} and ${one}`) },
  ])
})

test.each([[[]], [['tasks/README.md']]])('without tasks (%j) it says how to write the first', async files => {
  const { names, problems } = await discoverIn(...files)
  expect(names).toEqual([])
  expect(problems).toMatchObject([
    {
      severity: 'error',
      file: 'tasks/',
      hint: expect.stringContaining('tasks/SendEmail.ts: export default'),
    },
  ])
})

test.each([
  ['SendEmail.ts', 'SendEmail'],
  ['billing/ChargeCard.js', 'billing/ChargeCard'],
  ['sendEmail.ts', undefined],
  ['SendEmail.test.ts', undefined],
  ['_x/SendEmail.ts', undefined],
  ['SendEmail.md', undefined],
])('%s is the task %s', (path, name) => {
  expect(taskNameOf(path)).toBe(name)
})
