import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { readPage } from '../support/markdown.ts'
import { REPOSITORY } from '../support/sources.ts'

const LINK = /\[([^\]]+)\]\(([^)\s]+\.test\.ts)\)/g

const proofs = [...readPage('docs/reliability.md').text.matchAll(LINK)].map(([, name = '', target = '']) => ({
  name: name.replace(/\s+/g, ' '),
  file: posix.join('docs', target),
}))

test('the page on reliability has a test for what it promises', () => {
  expect(proofs.length).toBeGreaterThan(25)
})

test.each(proofs)('$file has the test “$name”', ({ name, file }) => {
  expect(readFileSync(join(REPOSITORY, file), 'utf8')).toContain(`'${name}'`)
})
