import { once } from 'node:events'
import { appendFileSync, watch as watchDirectory } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DirectoryWatch } from '../../framework/directory-watch.ts'
import { eventually } from '../support/eventually.ts'

async function watched() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'kretes-watch-')))
  const told: (readonly string[])[] = []
  const watch = new DirectoryWatch(paths => told.push(paths))
  onTestFinished(async () => {
    watch.close()
    await rm(root, { recursive: true, force: true })
  })
  return { root, told, watch }
}

test('changes that come together are told together', async () => {
  const { root, told, watch } = await watched()
  expect(watch.follow(new Set([root]))).toBe(true)
  expect(watch.follow(new Set([root]))).toBe(false)
  await Promise.all([writeFile(join(root, 'a'), '1'), writeFile(join(root, 'b'), '1')])
  await eventually(() => told.flat().includes(join(root, 'a')) && told.flat().includes(join(root, 'b')))
  expect(told.length).toBeLessThan(3)
})

test('what is not there is left out, and is watched once it is', async () => {
  const { root, told, watch } = await watched()
  const later = join(root, 'later')
  expect(watch.follow(new Set([later]))).toBe(false)
  await mkdir(later)
  expect(watch.follow(new Set([later]))).toBe(true)
  await writeFile(join(later, 'a'), '1')
  await eventually(() => told.flat().includes(join(later, 'a')))
})

test('a directory that is not followed any more is quiet', async () => {
  const { root, told, watch } = await watched()
  const [one, two] = [join(root, 'one'), join(root, 'two')]
  await Promise.all([mkdir(one), mkdir(two)])
  watch.follow(new Set([one, two]))
  watch.follow(new Set([two]))
  await writeFile(join(one, 'a'), '1')
  await writeFile(join(two, 'b'), '1')
  await eventually(() => told.flat().includes(join(two, 'b')))
  expect(told.flat()).not.toContain(join(one, 'a'))
})

test('a file that is written to without a pause keeps nothing waiting', async () => {
  const { root, told, watch } = await watched()
  watch.follow(new Set([root]))
  const witness = watchDirectory(root)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
    witness.close()
  })
  for (let ms = 0; ms < 200; ms += 10) {
    appendFileSync(join(root, ms === 0 ? 'a' : 'log'), 'x')
    await once(witness, 'change')
    await new Promise(resolve => setImmediate(resolve))
    vi.advanceTimersByTime(10)
  }
  expect(told[0]).toEqual([join(root, 'a'), join(root, 'log')])
})
