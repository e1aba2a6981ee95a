import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The worker starts it by the name of its file. */
const THREAD = 'background/worker/pulse-thread.ts'

/** A text of a source file that becomes another one. */
/** @typedef {{ readonly file: string, readonly from: string, readonly to: string }} Edit */

/**
 * Builds programs into `directory`, which looks like this package to them, and answers where they are. `edits` change
 * the code on its way: what it is without one of its protections.
 *
 * @param {string} directory
 * @param {readonly string[]} entries
 * @param {readonly Edit[]} edits
 */
export async function buildPackage(directory, entries, edits = []) {
  const dist = join(directory, 'dist')
  await mkdir(directory, { recursive: true })
  // a link would lead those who look for this package to the original
  await copyFile(join(ROOT, 'package.json'), join(directory, 'package.json'))
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  const left = new Set(edits)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [...entries, THREAD],
    outbase: '.',
    outdir: dist,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: 'linked',
    plugins: [editing(edits, left)],
    logLevel: 'error',
  })
  for (const { file, from } of left)
    throw new Error(`${file} does not contain what was to be changed: ${from}`)
  return dist
}

/** @type {(edits: readonly Edit[], left: Set<Edit>) => import('esbuild').Plugin} */
const editing = (edits, left) => ({
  name: 'edits',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const mine = edits.filter(({ file }) => path === join(ROOT, file))
      if (mine.length === 0) return undefined
      let contents = await readFile(path, 'utf8')
      for (const edit of mine) {
        if (!contents.includes(edit.from)) continue
        contents = contents.replaceAll(edit.from, () => edit.to)
        left.delete(edit)
      }
      return { contents, loader: 'ts' }
    })
  },
})
