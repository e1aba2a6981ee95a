import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { background } from '../../background/operator.ts'
import { REPOSITORY } from '../support/sources.ts'
import { useProject } from './ks.ts'

const project = useProject({})

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(`${REPOSITORY}/package.json`, 'utf8'))
  expect(await project().ks(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test('help comes with and without being asked for', async () => {
  const calls = [[], ['--help'], ['bg', '--help'], ['background', '--help'], ['bg', 'schedule', '-h']]
  const [none, help, group, alias, schedule] = await Promise.all(calls.map(args => project().ks(args)))
  expect(none).toEqual(help)
  expect(await project().ks(['help'])).toEqual(help)
  for (const args of [
    ['help', 'bg'],
    ['bg', 'help'],
  ])
    expect([args, await project().ks(args)]).toEqual([args, group])
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Exit codes:') })
  expect(group?.stdout).toMatch(/start .*run jobs\n[\s\S]*schedule .*write a job\n[\s\S]*migrate /)
  expect(alias?.stdout).toBe(group?.stdout)
  expect(schedule?.stdout).toContain('ks bg schedule SendEmail \'{ "to": "ann@example.com" }\'')
})

test('help loads nothing that takes time', async () => {
  const { stderr } = await project().ks(['--help'], { apart: true, env: { NODE_DEBUG: 'esm,module' } })
  expect(stderr).toContain('/node_modules/commander/')
  for (const heavy of ['pg', 'kysely', 'pino', 'esbuild', 'hono'])
    expect(stderr).not.toContain(`/node_modules/${heavy}/`)
  const withZod = filesWith('ZodObject')
  expect(withZod).not.toEqual([])
  for (const file of withZod) expect(stderr).not.toContain(file)
})

/** Where what is built in is now: the shared files of the program that have `text`. */
function filesWith(text: string): string[] {
  const chunks = fileURLToPath(new URL('../../dist/chunks/', import.meta.url))
  const files = readdirSync(chunks).filter(name => name.endsWith('.js'))
  return files.filter(name => readFileSync(`${chunks}${name}`, 'utf8').includes(text))
}

test.each([
  [['bgg'], "unknown command 'bgg'; did you mean bg?", 'see: ks --help'],
  [['bg', 'schedul'], 'there is no command ks bg schedul; did you mean schedule?', 'known commands: start, '],
  [['bg', '--onse'], "unknown option '--onse'; did you mean --once?", 'see: ks bg --help'],
  [['bg', '-c', 'many'], "option '-c, --concurrency <jobs>' argument 'many' is invalid", 'see: ks bg --help'],
  [['bg', '--log', 'xml'], 'Allowed choices are pretty, json', 'see: ks bg --help'],
  [['migrate'], "unknown command 'migrate'", 'see: ks --help'],
])('ks %j is a mistake', async (args, message, hint) => {
  const { code, stdout, stderr } = await project().ks(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^error: /)
  expect(stderr).toContain(message)
  expect(stderr).toContain(`\n  hint  ${hint}`)
})

test.each([['completion'], ['bg', 'keys'], ['bg', 'help', 'nothing']])(
  'ks %s %s %s is not finished',
  async (...args) => {
    const { code, stdout, stderr } = await project().ks(args.filter(Boolean))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^Usage: ks /)
    expect(stderr).toMatch(/\nerror: ks .* needs one of its commands\n {2}hint {2}known commands: \w+/)
  },
)

test('a configuration that is wrong says what and where', async () => {
  await project().write('kretes.config.js', 'export default { background: { concurency: 5 } }')
  const { code, stderr } = await project().ks(['bg', 'migrate'])
  expect(code).toBe(2)
  expect(stderr).toBe(`error: invalid configuration
  background.concurency: unknown key; did you mean "concurrency"? (kretes.config.js)
  hint  correct what is listed; in parentheses is where each value came from
`)
})

test('the commands of background jobs are where their plugin says', async () => {
  const { register } = await import(String(background().commands))
  expect(register).toBeTypeOf('function')
})
