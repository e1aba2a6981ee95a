import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from './sources.ts'

/** A page of ours. */
export interface Page {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  readonly text: string
  /** The text without its code blocks. */
  readonly prose: string
  readonly blocks: readonly Block[]
}

/** A fenced code block. */
export interface Block {
  readonly language: string
  readonly code: string
  /** Of its first line, counted from 1. */
  readonly line: number
}

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm

/** The page at `path`. */
export function readPage(path: string): Page {
  const text = readFileSync(join(REPOSITORY, path), 'utf8')
  const blocks = [...text.matchAll(FENCED)].map(({ index, 1: language = '', 2: code = '' }) => {
    return { language, code, line: text.slice(0, index).split('\n').length + 1 }
  })
  return { path, text, prose: text.replace(FENCED, ''), blocks }
}

/** All pages: those at the root and everything in docs/. */
export function readPages(): Page[] {
  const atRoot = readdirSync(REPOSITORY).filter(name => name.endsWith('.md'))
  const inDocs = readdirSync(join(REPOSITORY, 'docs'), { recursive: true }) as string[]
  const paths = [...atRoot, ...inDocs.filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
  return paths.map(path => readPage(path.replaceAll('\\', '/')))
}

/** The cells of the rows of the first table in `text` whose header begins with `first`. */
export function tableRows(text: string, first: string): string[][] {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.split('|')[1]?.trim() === first)
  const rows = lines.slice(start + 2)
  const end = rows.findIndex(line => !line.startsWith('|'))
  return rows.slice(0, end < 0 ? undefined : end).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}
