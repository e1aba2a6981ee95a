import { expect, test } from 'vitest'
import { useProject } from './ks.ts'

const APP = `
import { createApp, type Plugin } from '@kretes/background/framework'
const hello: Plugin = { name: 'hello', commands: new URL('./hello.mjs', import.meta.url) }
export default createApp({ plugins: [hello] })
`
const HELLO = `
export function register(program) {
  program.command('hello').argument('<who>').action(who => console.log('hello ' + who))
}
`

const CONFIG = 'export default { hello: { loudly: true } }'

const project = useProject({ 'app.ts': APP, 'hello.mjs': HELLO, 'kretes.config.js': CONFIG })

test('a plugin of the app brings commands and has a section in the configuration; a word that nobody has is still unknown', async () => {
  const [hello, unknown] = await Promise.all([project().ks(['hello', 'ann']), project().ks(['helo'])])
  expect(hello).toMatchObject({ code: 0, stdout: 'hello ann\n' })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'helo'") })
})
