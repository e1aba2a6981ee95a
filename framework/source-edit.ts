import { readFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Loader, Plugin } from 'esbuild'

/** Changes the source text of a file before it is compiled; lines must keep their numbers. */
export type SourceEdit = (file: string, source: string) => string

const LOADERS: Record<string, Loader> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
}

/** The esbuild plugin that makes these edits. One plugin for all, because esbuild asks only the first that answers. */
export function editSources(edits: readonly SourceEdit[]): Plugin {
  return {
    name: 'kretes-edit-sources',
    setup(build) {
      build.onLoad({ filter: /\.([cm]?[jt]s|[jt]sx)$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8')
        const edited = edits.reduce((text, edit) => edit(path, text), source)
        return edited === source ? undefined : { contents: edited, loader: LOADERS[extname(path)] as Loader }
      })
    },
  }
}

/** For esbuild's `define`; {@link keepImportMeta} gives the names their values, file by file. */
export const IMPORT_META = {
  'import.meta.url': '__kretes_url',
  'import.meta.filename': '__kretes_filename',
  'import.meta.dirname': '__kretes_dirname',
}

/** Lets `import.meta` mean the source file, not the compiled one: `new URL('./template.html', import.meta.url)`. */
export const keepImportMeta: SourceEdit = (file, source) => {
  if (!source.includes('import.meta')) return source
  const values = { url: pathToFileURL(file).href, filename: file, dirname: dirname(file) }
  const constants = Object.entries(values).map(
    ([name, value]) => `__kretes_${name} = ${JSON.stringify(value)}`,
  )
  return source.replace(/^(#!.*\n)?/, start => `${start}const ${constants.join(', ')}; `)
}
