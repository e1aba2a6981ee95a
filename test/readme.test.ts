import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type BackgroundConfigInput, backgroundConfig } from '../background/config.ts'
import { useDatabase } from './support/database.ts'
import { readPage, tableRows } from './support/markdown.ts'
import { REPOSITORY } from './support/sources.ts'

const readme = readPage('README.md')
const database = useDatabase()

function codeIn(language: string): string[] {
  return readme.blocks.filter(block => block.language === language).map(({ code }) => code.trim())
}

test('there are two commands to begin with, each complete in itself', () => {
  expect(codeIn('sh')).toEqual(['npm install && npx ks bg', 'npm install && npm test'])
})

test('what it tells people to type is what continuous integration types', () => {
  const script = readFileSync(join(REPOSITORY, '.ci/run'), 'utf8')
  const typed = codeIn('console').flatMap(code => code.split('\n').filter(line => line.startsWith('$ ')))
  const commands = [...codeIn('sh'), ...typed.map(line => line.slice(2)), 'npx ks bg --once']
  expect(commands).toHaveLength(4)
  for (const command of commands) {
    expect(readme.text).toContain(command)
    expect(script).toContain(command)
  }
})

test('the table of the configuration has every option with its default', () => {
  const rows = tableRows(readme.text, 'option')
  const written = Object.fromEntries(
    rows.map(([option = '', , value = '']) => [unquoted(option), unquoted(value)]),
  )
  expect(Object.keys(written)).toEqual(Object.keys(backgroundConfig.shape))
  const input = Object.fromEntries(
    Object.entries(written).map(([option, value]) => [option, meaningOf(value)]),
  )
  expect(backgroundConfig.parse(input as BackgroundConfigInput)).toEqual(backgroundConfig.parse({}))
})

test('its queries run', async () => {
  const queries = codeIn('sql').flatMap(code => code.split(/;.*\n?/).filter(Boolean))
  expect(queries).toHaveLength(5)
  for (const query of queries) expect(await database().query(query), query).toEqual([])
})

/** What is in backticks in front, whatever is said behind it. */
function unquoted(cell: string): string {
  return /^`([^`]*)`/.exec(cell)?.[1] ?? cell
}

function meaningOf(text: string): unknown {
  return text.startsWith('none') ? undefined : JSON.parse(text.replaceAll("'", '"'))
}
