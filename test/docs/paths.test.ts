import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { type Page, readPages } from '../support/markdown.ts'
import { REPOSITORY } from '../support/sources.ts'

/** Our folders. `tasks/` is not among them: in the guides it means that of an app. */
const OURS = /^(background|bench|cli|dashboard|docs|examples|framework|migrations|test|\.ci)\/[\w./-]*$/
const CODE = /`([^`\n]+)`/g
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

const pages = readPages()

test('every path of ours that a page mentions exists', () => {
  const mentioned = pages.flatMap(page => pathsIn(page).map(path => ({ page: page.path, path })))
  expect(mentioned.length).toBeGreaterThan(50)
  expect(mentioned.filter(({ path }) => !exists(path))).toEqual([])
})

test('every link within the repository leads somewhere', () => {
  const links = pages.flatMap(page => linksIn(page).map(link => ({ page: page.path, link })))
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter(({ link }) => !exists(link))).toEqual([])
})

test('the walk has eight stops, in order', () => {
  const walk = pages.find(({ path }) => path === 'docs/architecture.md') as Page
  const stops = [...walk.prose.matchAll(/^\*\*(\d)\. `([^`]+)`\*\*/gm)]
  expect(stops.map(([, number]) => number)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8'])
})

function pathsIn({ prose }: Page): string[] {
  return [...prose.matchAll(CODE)].map(([, code = '']) => code).filter(code => OURS.test(code))
}

function linksIn({ path, prose }: Page): string[] {
  return [...prose.matchAll(LINK)]
    .map(([, target = '']) => target.replace(/#.*/, ''))
    .filter(target => target !== '' && !/^[a-z]+:/.test(target))
    .map(target => posix.join(posix.dirname(path), target))
}

function exists(path: string): boolean {
  return existsSync(join(REPOSITORY, path))
}
