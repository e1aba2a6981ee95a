#!/usr/bin/env node
import { run } from './program.ts'
import { leave, stayAlive } from './shutdown.ts'

// a reader that went away, such as `head`, is no reason to crash
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

await stayAlive(run(process.argv.slice(2)))
await leave()
