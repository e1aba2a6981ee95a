import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ASSETS, SCRIPT, STYLE } from '../../dashboard/assets.ts'

const sizeOf = (name: string) => gzipSync(ASSETS.get(name.replace('assets/', ''))?.body ?? '').length

test('pages load little, and charts only where there are some', () => {
  expect(sizeOf(SCRIPT)).toBeLessThan(12_000)
  expect(sizeOf(STYLE)).toBeLessThan(12_000)
  const charts = [...ASSETS.keys()].filter(name => name.endsWith('.js') && !SCRIPT.endsWith(name))
  expect(charts.reduce((sum, name) => sum + sizeOf(name), 0)).toBeLessThan(35_000)
})

test('nothing in them leads elsewhere', () => {
  for (const [name, { body }] of ASSETS)
    expect(String(body).match(/(url\(|import\(?|from)\s*["']?https?:/g), name).toBeNull()
})
