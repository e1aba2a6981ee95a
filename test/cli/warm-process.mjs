// Runs calls of ks one after the other: node warm-process.mjs <main.js>. Each comes as a message and is answered by one.
// To start Node and to load our modules anew for each call takes ten times as long as most calls.
const [main] = process.argv.slice(2)
let calls = 0

for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0)

process.on('message', async ({ args, cwd, env }) => {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  process.chdir(cwd)
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, env)
  process.argv.splice(1, Infinity, main, ...args)
  process.exitCode = undefined
  const code = await endOf(`${main}?${calls++}`)
  process.send({ code, stdout: stdout(), stderr: stderr() })
})

/** Keeps what is written to `stream`; answers with how to get it. */
function capture(stream) {
  let text = ''
  stream.write = (chunk, encoding, callback) => {
    text += chunk
    const written = typeof encoding === 'function' ? encoding : callback
    if (written) process.nextTick(written)
    return true
  }
  return () => text
}

/** The code with which the program would end this process. */
function endOf(program) {
  return new Promise((resolve, reject) => {
    process.exit = (code = process.exitCode ?? 0) => resolve(code)
    import(program).catch(reject)
  })
}
