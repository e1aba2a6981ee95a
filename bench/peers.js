import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The peers have a package file and a lock of their own, so that nothing of ours ever depends on them. */
const HOME = new URL('./peers/package.json', import.meta.url)
const { resolve } = createRequire(HOME)

export function importPeer(name) {
  return import(pathToFileURL(resolve(name)).href)
}

/** The installed version of a peer; undefined when it is not installed. */
export function versionOf(name) {
  try {
    return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, HOME), 'utf8')).version
  } catch {
    return undefined
  }
}
