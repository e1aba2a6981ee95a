#!/usr/bin/env node
import { run } from './program.ts'
import { leave, stayAlive } from './shutdown.ts'

// as on later Nodes: on Node 20 pg would look for `Response` instead, and that loads all of fetch for 30 ms
if (!('navigator' in globalThis))
  Object.assign(globalThis, { navigator: { userAgent: `Node.js/${process.versions.node.split('.')[0]}` } })

// a reader that went away, such as `head`, is no reason to crash
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

await stayAlive(run(process.argv.slice(2)))
await leave()
