/** `npm run chaos`: disturbs everything for a while, and looks whether a promise was broken. See docs/reliability.md. */
import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { programsOf } from '../matrix/programs.js'
import { buildPackage } from './build.js'

const directory = await mkdtemp(join(tmpdir(), 'kretes-chaos-'))
// the server runs as somebody else if we are root, and has to get to its data
await chmod(directory, 0o711)
const runner = await buildPackage(join(directory, 'runner'), ['test/chaos/main.ts'])
const { main } = await import(pathToFileURL(join(runner, 'test/chaos/main.js')).href)
process.exitCode = await main(process.argv.slice(2), { directory, buildPackage, programsOf })
