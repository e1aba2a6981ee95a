import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Message } from 'esbuild'
import { codeFrame } from './code-frame.ts'

/** Why a file could not be compiled. Line and column count from 1. */
export interface CompileError {
  /** Absolute path. */
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly message: string
  /** The lines around the place, with the place underlined. */
  readonly frame?: string
}

/** An esbuild message about the compilation of `entry` as an error of ours. */
export function toCompileError({ text, location }: Message, root: string, entry: string): CompileError {
  if (!location) return { file: entry, message: text }
  const file = isAbsolute(location.file) ? location.file : join(root, location.file)
  const column = charactersIn(location.lineText, location.column) + 1
  const length = charactersIn(location.lineText.slice(column - 1), location.length)
  const frame = codeFrame(sourceOf(file) ?? location.lineText, { line: location.line, column, length })
  return { file, line: location.line, column, message: text, frame }
}

/** esbuild counts columns in bytes. */
function charactersIn(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString().length
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
