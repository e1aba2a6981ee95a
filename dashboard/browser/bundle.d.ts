import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Plugin as VitePlugin } from 'vitest/config'

export function bundleBrowserFiles(): Promise<{
  readonly files: Readonly<Record<string, string>>
  readonly script: string
  readonly style: string
}>

export const forEsbuild: EsbuildPlugin
export const forVite: VitePlugin
