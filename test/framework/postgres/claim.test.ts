import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Claim, claim, claimState, passOn } from '../../../framework/postgres/claim.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kretes-claim-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A process that has inherited the claim, and nothing else to do with it. */
function heirOf({ descriptors }: Claim): ChildProcess {
  return spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', ...descriptors] })
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}

test('held from the claim until it is closed', async () => {
  const path = join(folder, 'simple')
  expect(await claimState(path)).toBe('absent')
  const claimed = await claim(path)
  expect(await claimState(path)).toBe('held')
  claimed.release()
  expect(await claimState(path)).toBe('orphaned')

  const again = await claim(path)
  expect(await claimState(path)).toBe('held')
  again.release()
})

test('nobody sees it before it is held', async () => {
  const path = join(folder, 'seen')
  const seen = new Set<string>()
  let claimed: Claim | undefined
  const claiming = claim(path).then(done => {
    claimed = done
  })
  while (!claimed) seen.add(await claimState(path))
  await claiming
  claimed.release()
  expect([...seen]).not.toContain('orphaned')
})

test('who inherits it holds it on, until killed', async () => {
  const path = join(folder, 'inherited')
  const claimed = await claim(path)
  const heir = heirOf(claimed)
  claimed.release()
  expect(await claimState(path)).toBe('held')
  await kill(heir)
  expect(await claimState(path)).toBe('orphaned')
})

test('asking, however often, does not disturb it', async () => {
  const path = join(folder, 'asked')
  const claimed = await claim(path)
  const states = await Promise.all(Array.from({ length: 20 }, () => claimState(path)))
  expect(new Set(states)).toEqual(new Set(['held']))
  expect(await claimState(path)).toBe('held')
  claimed.release()
})

test('a file without a pipe is held as long as the process lives that it names', async () => {
  const path = join(folder, 'pid')
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  await writeFile(path, String(process.pid))
  expect(await claimState(path)).toBe('held')
  await passOn(path, child.pid as number)
  expect(await claimState(path)).toBe('held')
  await kill(child)
  expect(await claimState(path)).toBe('orphaned')
})
