/** The tasks of the projects that these tests call `ks` in. */
export const TASKS = {
  'tasks/SendEmail.ts': `
import type { Task } from '@kretes/background'
const SendEmail: Task<{ to: string }> = async ({ to }, { log }) => {
  log.info(\`sending to \${to}\`)
  return { sent: to }
}
export default SendEmail
`,
  'tasks/SendReport.ts': `
import { task } from '@kretes/background'
import { z } from 'zod'
import { render } from '../server/report.ts'
export default task({
  payload: z.strictObject({ userId: z.int(), pages: z.array(z.object({ title: z.string() })).default([]) }),
  queue: 'reports',
  maxAttempts: 2,
  backoff: '1h',
  run: ({ userId }) => render(userId),
})
`,
  'server/report.ts': `
export function render(userId: number): string {
  if (userId < 0) throw new RangeError(\`no user \${userId}\`)
  return \`report of \${userId}\`
}
`,
  // runs until a file called "go" is there
  'tasks/Wait.ts': `
import { access } from 'node:fs/promises'
export default async () => {
  while (await access('go').then(() => false, () => true)) await new Promise(resolve => setTimeout(resolve, 5))
}
`,
}
