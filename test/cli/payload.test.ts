import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type PayloadSources, readPayload } from '../../cli/payload.ts'

async function fileWith(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kretes-payload-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'payload.json'), text)
  return join(directory, 'payload.json')
}

test('no payload is undefined, which is not an empty one', async () => {
  expect(await readPayload({})).toBeUndefined()
  expect(await readPayload({ argument: '{}' })).toEqual({})
  expect(await readPayload({ argument: 'null' })).toBeNull()
})

test('a file may begin with a byte order mark', async () => {
  expect(await readPayload({ file: await fileWith('\ufeff{ "to": "ann" }\n') })).toEqual({ to: 'ann' })
})

test('single properties are text, or JSON behind :=, and win over the rest', async () => {
  const set = ['to=ann=bob', 'count:=3', 'empty=', 'a:b=c', '__proto__=x']
  const payload = await readPayload({ argument: '{ "count": 1, "kept": true }', set })
  expect(JSON.stringify(payload)).toBe(
    '{"count":3,"kept":true,"to":"ann=bob","empty":"","a:b":"c","__proto__":"x"}',
  )
})

const REFUSED: readonly (readonly [PayloadSources, string, string])[] = [
  [{ argument: '' }, 'INVALID_JSON', 'the payload is empty'],
  [
    { argument: '{"to":"ann"' },
    'INVALID_JSON',
    'it ends too early (column 12)\n  > 1 | {"to":"ann"\n      |            ^',
  ],
  [{ argument: '{}', file: 'x' }, 'USAGE', 'the payload is given twice: as an argument and as a file'],
  [{ file: '/nowhere/payload.json' }, 'USAGE', 'there is no file /nowhere/payload.json'],
  [{ file: '/' }, 'USAGE', '/ cannot be read'],
  [{ argument: '[]', set: ['a=b'] }, 'USAGE', '--set needs a payload that is an object'],
  [{ set: ['to'] }, 'USAGE', '--set to sets nothing'],
  [{ set: ['=x'] }, 'USAGE', '--set =x sets nothing'],
  [{ set: ['n:={'] }, 'INVALID_JSON', 'the value of n is not JSON: it ends too early'],
]

test.each(REFUSED)('%o is refused', async (sources, code, message) => {
  await expect(readPayload(sources)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/./),
  })
})

test('where a file is wrong is shown with the lines around it', async () => {
  const file = await fileWith('{\n  "to": "ann",\n  "tags": [1, 2,]\n}\n')
  await expect(readPayload({ file })).rejects.toMatchObject({
    message: `${file} is not JSON: a value is expected here (line 3, column 17)
    1 | {
    2 |   "to": "ann",
  > 3 |   "tags": [1, 2,]
      |                 ^
    4 | }`,
  })
})

test('a long line is not repeated', async () => {
  await expect(readPayload({ argument: `{"a":"${'x'.repeat(10_000)}"` })).rejects.toMatchObject({
    message: 'the payload is not JSON: it ends too early (column 10008)',
  })
})
