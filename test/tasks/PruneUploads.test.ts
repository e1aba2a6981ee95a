import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import PruneUploads from '../../tasks/PruneUploads.ts'
import { type TaskBench, taskBench } from '../support/task-bench.ts'

async function putFile({ root }: TaskBench, name: string, daysOld: number): Promise<void> {
  const path = join(root, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, 'twelve bytes')
  const changed = new Date(Date.now() - daysOld * 86_400_000)
  await utimes(path, changed, changed)
}

async function filesIn({ root }: TaskBench, directory: string): Promise<string[]> {
  const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true })
  return entries.filter(entry => !entry.isDirectory()).map(entry => entry.name)
}

test('old files are deleted, at any depth, and the others stay', async () => {
  const bench = await taskBench({ PruneUploads })
  await putFile(bench, 'uploads/old', 31)
  await putFile(bench, 'uploads/2024/older', 400)
  await putFile(bench, 'uploads/new', 29)
  const job = await bench.run(PruneUploads, {})
  expect(job).toMatchObject({ state: 'completed', result: { files: 2, bytes: 24 } })
  expect(await filesIn(bench, 'uploads')).toEqual(['new'])
})

test('a dry run counts what it leaves alone', async () => {
  const bench = await taskBench({ PruneUploads })
  await putFile(bench, 'uploads/old', 3)
  const job = await bench.run(PruneUploads, { days: 2, dryRun: true })
  expect(job.result).toEqual({ files: 1, bytes: 12 })
  expect(await filesIn(bench, 'uploads')).toEqual(['old'])
})

test('nothing outside of the app is touched, also not through a link', async () => {
  const bench = await taskBench({ PruneUploads })
  await mkdir(join(bench.root, 'uploads'))
  await symlink('/', join(bench.root, 'uploads', 'everything'))
  for (const directory of ['..', '/', 'uploads/everything']) {
    const job = await bench.run(PruneUploads, { directory, dryRun: true })
    expect(job, directory).toMatchObject({ state: 'discarded', attempt: 1 })
    expect(job.error?.message).toContain('is not inside of the app')
  }
  expect(await bench.run(PruneUploads, {})).toMatchObject({ state: 'completed', result: { files: 0 } })
})

test('it waits in a queue of its own, which is serial', async () => {
  const bench = await taskBench({ PruneUploads })
  await mkdir(join(bench.root, 'uploads'))
  const job = await bench.run(PruneUploads, {})
  const rows = await bench.database.query('select queue from background.history where id = $1', [job.id])
  expect(rows).toEqual([{ queue: 'housekeeping' }])
  expect(await bench.database.query('select from background.queue')).toEqual([])
})
