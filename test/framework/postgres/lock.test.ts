import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claim } from '../../../framework/postgres/claim.ts'
import { withLock } from '../../../framework/postgres/lock.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kretes-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

/** What a process that was killed with the lock in hand leaves. */
async function abandonLock(): Promise<void> {
  await mkdir(path)
  const claimed = await claim(join(path, 'holder'))
  claimed.release()
}

test.for([{ abandoned: false }, { abandoned: true }])('one at a time, %o', async ({ abandoned }) => {
  if (abandoned) await abandonLock()
  let inside = 0
  const most: number[] = []
  const turn = () =>
    withLock(path, async () => {
      most.push(++inside)
      await stat(folder)
      inside--
    })
  await Promise.all(Array.from({ length: 12 }, turn))
  expect(most).toEqual(Array(12).fill(1))
  expect(await readdir(folder)).toEqual([])
})

test('what fails inside lets go and fails outside', async () => {
  const failure = new Error('no room')
  await expect(withLock(path, () => Promise.reject(failure))).rejects.toBe(failure)
  expect(await withLock(path, async () => 'next')).toBe('next')
})
