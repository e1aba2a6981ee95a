import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readPage } from '../support/markdown.ts'
import { REPOSITORY } from '../support/sources.ts'

/** Made by tools, and not in the repository. */
const GENERATED = /^(\.|node_modules$|dist$|types$)/

test('the tree in CONTRIBUTING.md has every folder, and no other', () => {
  const tree = readPage('CONTRIBUTING.md').blocks.find(({ code }) => code.includes('framework/'))
  const told = [...(tree?.code ?? '').matchAll(/^(\w+)\/ /gm)].map(([, folder]) => folder)
  const folders = readdirSync(REPOSITORY, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !GENERATED.test(entry.name))
    .map(entry => entry.name)
  expect(told).toEqual(folders.sort())
})

test('so it has for background/', () => {
  const tree = readPage('CONTRIBUTING.md').blocks.find(({ code }) => code.includes('framework/'))
  const told = [...(tree?.code ?? '').matchAll(/^ {2}(\w+)\/ /gm)].map(([, folder]) => folder)
  const folders = readdirSync(`${REPOSITORY}/background`, { withFileTypes: true })
  const names = folders.filter(entry => entry.isDirectory()).map(entry => entry.name)
  expect(told.sort()).toEqual(names.sort())
})
