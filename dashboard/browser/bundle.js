import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** What code imports to get the files that browsers load, as text: nothing has to be found on a disk. */
const NAME = 'dashboard:files'
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Scripts and style as browsers load them, by file names that change with what is in them. */
export async function bundleBrowserFiles() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { script: 'dashboard/browser/main.ts', style: 'dashboard/style/main.css' },
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome123', 'firefox120', 'safari17.5'],
    write: false,
    logLevel: 'warning',
  })
  const files = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]))
  const named = name => Object.keys(files).find(file => file.startsWith(`${name}-`))
  return { files, script: named('script'), style: named('style') }
}

async function moduleText() {
  return `export default ${JSON.stringify(await bundleBrowserFiles())}`
}

/** For esbuild, which writes `dist/`. */
export const forEsbuild = {
  name: NAME,
  setup(build) {
    build.onResolve({ filter: /^dashboard:files$/ }, () => ({ path: NAME, namespace: NAME }))
    build.onLoad({ filter: /.*/, namespace: NAME }, async () => ({ contents: await moduleText() }))
  },
}

/** For Vite, which runs the tests from the sources. */
export const forVite = {
  name: NAME,
  resolveId: id => (id === NAME ? `\0${NAME}` : undefined),
  load: async id => (id === `\0${NAME}` ? await moduleText() : undefined),
}
