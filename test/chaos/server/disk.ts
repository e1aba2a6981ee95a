import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../../framework/postgres/command.ts'

const FILLER = 'filler-'
/** With less than that a disk is full. */
const LAST_BYTES = 65_536
const TURNS = 12

/** A disk of its own for the servers, in memory, so that it can be filled. Only root can have one. */
export class Disk {
  readonly directory: string
  readonly lacking: string | undefined

  private constructor(directory: string, lacking: string | undefined) {
    this.directory = directory
    this.lacking = lacking
  }

  /** Puts one of so many MiB at `directory`; where that cannot be the directory is an ordinary one. */
  static async at(directory: string, mebibytes: number): Promise<Disk> {
    await mkdir(directory, { recursive: true })
    if (process.getuid?.() !== 0) return new Disk(directory, 'only root can mount a disk')
    const options = `size=${mebibytes}m,mode=755`
    const mounted = run('mount', ['-t', 'tmpfs', '-o', options, 'chaos', directory], { as: undefined })
    return mounted.then(
      () => new Disk(directory, undefined),
      error => new Disk(directory, `no disk can be mounted here: ${error.message}`),
    )
  }

  /** Takes most of what is left, again and again: the server goes on writing meanwhile. */
  async fill(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      const { bavail, bsize } = await statfs(this.directory)
      const bytes = Math.floor(bavail * bsize * 0.9)
      if (bytes < LAST_BYTES) return
      const filler = join(this.directory, `${FILLER}${turn}`)
      await run('fallocate', ['-l', String(bytes), filler], { as: undefined }).catch(() => {})
    }
  }

  async clear(): Promise<void> {
    const fillers = (await readdir(this.directory)).filter(name => name.startsWith(FILLER))
    await Promise.all(fillers.map(name => rm(join(this.directory, name))))
  }

  async remove(): Promise<void> {
    if (!this.lacking) await run('umount', ['-l', this.directory], { as: undefined })
  }
}
