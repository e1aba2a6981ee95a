import { readdir, readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { writeIfChanged } from '../../framework/write-if-changed.ts'
import { appOf } from '../support/app-files.ts'

test('writes what is new and leaves alone what is not', async () => {
  const app = await appOf({})
  const path = app.path('deep/down/file.txt')
  expect(writeIfChanged(path, 'one')).toBe(true)
  const before = await stat(path)
  expect(writeIfChanged(path, 'one')).toBe(false)
  expect((await stat(path)).ino).toBe(before.ino)
  expect(writeIfChanged(path, Buffer.from('two'))).toBe(true)
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await readdir(app.path('deep/down'))).toEqual(['file.txt'])
})
