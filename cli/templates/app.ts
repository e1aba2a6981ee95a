import { taskTemplate, taskTestTemplate } from './task.ts'

/** The files of a small app that runs at once, by their paths. */
export function appTemplate(name: string, version: string): Readonly<Record<string, string>> {
  const place = { task: 'tasks/SendWelcome.ts', test: 'test/tasks/SendWelcome.test.ts', extension: '.ts' }
  return {
    'package.json': packageJson(name, version),
    'tsconfig.json': TSCONFIG,
    'kretes.config.ts': CONFIG,
    'app.ts': APP,
    'sign-up.ts': SIGN_UP,
    [place.task]: taskTemplate('SendWelcome'),
    [place.test]: taskTestTemplate('SendWelcome', place),
    'test/sign-up.test.ts': SIGN_UP_TEST,
    'test/database.ts': TEST_DATABASE,
    'vitest.config.ts': VITEST,
    '.gitignore': 'node_modules\n.kretes\n',
    'README.md': readme(name),
  }
}

function packageJson(name: string, version: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    scripts: { dev: 'ks bg dev', start: 'ks start --worker', test: 'vitest run', check: 'tsc' },
    dependencies: { '@kretes/background': `^${version}`, zod: '^4.6.7' },
    devDependencies: { '@types/node': '^20.19.0', typescript: '>=5.9', vitest: '^4.1.12' },
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023", "esnext.disposable"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noEmit": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  }
}
`

const CONFIG = `import { defineConfig } from '@kretes/background/framework'

/** No database: until DATABASE_URL says otherwise, the app brings a PostgreSQL of its own, in .kretes/postgres. */
export default defineConfig({
  background: { concurrency: 10 },
})
`

const APP = `import { background } from '@kretes/background'
import { createApp, POST } from '@kretes/background/framework'
import { signUp } from './sign-up.ts'

export default createApp({
  plugins: [background()],
  routes: [
    POST('/signup', async request => {
      const { email } = (await request.json()) as { email: string }
      return signUp(email)
    }),
  ],
})
`

const SIGN_UP = `import { Background } from '@kretes/background'
import SendWelcome from './tasks/SendWelcome.ts'

/** Whoever signs up is welcomed, by a job: the answer does not wait for it. */
export async function signUp(email: string) {
  const job = await Background.schedule({ task: SendWelcome, payload: { to: email } })
  return { email, job: job.id }
}
`

const SIGN_UP_TEST = `import { testBackground } from '@kretes/background/testing'
import { expect, test } from 'vitest'
import { signUp } from '../sign-up.ts'
import SendWelcome from '../tasks/SendWelcome.ts'

test('whoever signs up is welcomed', async () => {
  await using background = await testBackground({
    url: process.env.TEST_DATABASE_URL,
    tasks: { SendWelcome },
  })
  await signUp('ann@example.com')
  await background.expectScheduled(SendWelcome, { payload: { to: 'ann@example.com' } })
  expect(await background.drain()).toMatchObject({ completed: 1 })
})
`

const TEST_DATABASE = `import { background } from '@kretes/background'
import { createApp } from '@kretes/background/framework'

/** Tests have a database of their own: TEST_DATABASE_URL, or a new one beside that of development. */
export default async function setup() {
  if (process.env.TEST_DATABASE_URL) return
  const app = createApp({ plugins: [background()], config: { log: { level: 'warn' } } })
  await app.setup()
  const { pool, url } = await app.database()
  const name = \`test_\${process.pid}\`
  await pool.query(\`create database \${name}\`)
  const address = new URL(url as string)
  address.pathname = name
  process.env.TEST_DATABASE_URL = String(address)
  return async () => {
    await pool.query(\`drop database \${name} with (force)\`)
    await app.stop()
  }
}
`

const VITEST = `import { defineConfig } from 'vitest/config'

export default defineConfig({
  // files share one database, so they take turns
  test: { globalSetup: 'test/database.ts', fileParallelism: false },
})
`

function readme(name: string): string {
  return `# ${name}

    npm install
    npm run dev          runs jobs, and takes over changed code at once
    npm start            serves the app and runs jobs, in one process
    npm test

A job by hand, and one by a request:

    npx ks bg schedule SendWelcome --set to=ann@example.com
    curl -d '{ "email": "ann@example.com" }' http://localhost:3000/signup

A task is a file in \`tasks/\`: \`npx ks bg new SendInvoice\` writes another one, with a test.
`
}
