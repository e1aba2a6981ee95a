import { appendFile, chmod, chown, mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { accountFor } from '../../../framework/postgres/account.ts'
import { announcementOf } from '../../../framework/postgres/announcement.ts'
import { locateBinaries } from '../../../framework/postgres/binaries.ts'
import { copyBinaries } from '../../../framework/postgres/binaries-copy.ts'
import { dataOf } from '../../../framework/postgres/cluster.ts'
import { run } from '../../../framework/postgres/command.ts'
import {
  ask,
  clusterOf,
  directoryIn,
  isRoot,
  newProject,
  open,
  startMember,
  usedProject,
  useProjects,
} from './projects.ts'

useProjects()

const alive = [{ alive: 1 }]
const ROOT_CACHE = '/var/cache/kretes'

/** Users that every Linux has, beside root: `daemon`, and who runs what nobody else should. */
const daemon = { uid: 1, gid: 1 }
const nobody = { uid: 65_534, gid: 65_534 }

describe.runIf(isRoot && process.platform === 'linux')('as root', () => {
  test('a project of root, in a folder that only root may enter', async () => {
    const project = await newProject()
    await chmod(project, 0o700)
    const { url, close } = await open(directoryIn(project))
    expect(await ask(url, 'select 1 as alive')).toEqual(alive)

    const cluster = await clusterOf(directoryIn(project))
    expect(await stat(dataOf(cluster))).toMatchObject(nobody)
    const status = await readFile(`/proc/${announcementOf(cluster)?.pid}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
    expect(status).toMatch(/^Groups:\s*$/m)
    await close()
    expect(await ask((await open(directoryIn(project))).url, 'select 1 as alive')).toEqual(alive)
  })

  test('a project of an ordinary user: they share the server with root, and own all of it', async () => {
    const project = await newProject()
    await chown(project, daemon.uid, daemon.gid)
    const directory = directoryIn(project)
    const { url, close } = await open(directory)
    const paths = ['..', '.', 'data', 'data/kretes_password', 'server.log']
    for (const path of paths) expect(await stat(join(directory, path))).toMatchObject(daemon)

    const user = await startMember(directory, { as: daemon })
    expect(user).toMatchObject({ url, startedHere: false })
    await close()
    expect(await user.close()).toBe(0)
    const again = await startMember(directory, { as: daemon })
    expect(again.startedHere).toBe(true)
    expect(await again.close()).toBe(0)
  })

  test('an owner who has no name on this machine, as with a mounted folder: nobody runs it', async () => {
    const project = await newProject()
    await chown(project, 54_321, 54_321)
    expect(await accountFor(directoryIn(project))).toEqual(nobody)
  })

  test('data that was copied by root, and now belongs to it, is given back', async () => {
    const directory = directoryIn(await usedProject())
    const data = dataOf(await clusterOf(directory))
    await run('chown', ['-R', '0:0', data], { as: undefined })
    expect(await ask((await open(directory)).url, 'select 1 as alive')).toEqual(alive)
    expect(await stat(data)).toMatchObject(nobody)
  })

  describe('programs that only root may read', () => {
    let copy: string | undefined
    afterEach(async () => {
      if (copy) await rm(copy, { recursive: true })
      // others' copies stay
      await rmdir(ROOT_CACHE).catch(() => {})
    })

    test('are copied to where everybody may', async () => {
      const project = await usedProject()
      const hidden = join(project, 'hidden')
      await mkdir(hidden, { mode: 0o700 })
      const binaries = join(hidden, 'native')
      await run('cp', ['-a', locateBinaries(project), binaries], { as: undefined })
      await run('chmod', ['-R', 'go=', binaries], { as: undefined })
      // a program of its own, whose copy nobody else uses
      await appendFile(join(binaries, 'bin', 'postgres'), project)

      const { url } = await open(directoryIn(project), { binaries })
      expect(await ask(url, 'select 1 as alive')).toEqual(alive)
      copy = await copyBinaries(binaries, ROOT_CACHE)
      const data = dataOf(await clusterOf(directoryIn(project)))
      const options = await readFile(join(data, 'postmaster.opts'), 'utf8')
      expect(options).toContain(join(copy, 'bin', 'postgres'))
    })
  })

  test("another ordinary user's directory is refused, with what to do", async () => {
    const directory = directoryIn(await usedProject())
    await run('chown', ['-R', `${daemon.uid}:${daemon.gid}`, directory], { as: undefined })
    const stranger = await startMember(directory, { as: nobody })
    expect(stranger).toMatchObject({
      code: 'POSTGRES_DIRECTORY_FOREIGN',
      hint: expect.stringContaining('chown'),
    })
  })
})

test.runIf(!isRoot)('an ordinary user runs the server', async () => {
  expect(await accountFor('/nowhere')).toBeUndefined()
})
