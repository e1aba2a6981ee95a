/** One round of one case with one contestant, in a process of its own: started by main.js, answers with a message. */
import { FLOOR } from './floor.js'
import { openMeter } from './measure.js'
import { Trial } from './trial.js'

const { scene, contestant, variant, server, jobs, limit } = JSON.parse(process.argv[2])
process.on('disconnect', () => process.exit(1))

const current = await import(`./cases/${scene}.js`)
const stage = { target: server.target, variant, needs: current.needs ?? [] }
const meter = await openMeter(server)
const result = await (contestant === 'floor' ? bare() : compete()).catch(failure)
await meter.close()
process.send(result, () => process.exit(0))

async function compete() {
  const { setup, produce } = await import(`./contestants/${contestant}.js`)
  await setup(stage)
  const producer = await produce(stage)
  const assignment = { contestant, scene, ...stage }
  const trial = new Trial({ jobs, limit, stage, producer, meter, assignment })
  const { values, beside, ...rest } = await current.run(trial)
  await producer.close()
  return { ...rest, values, beside: { ...beside, ...(await trial.settle()) } }
}

async function bare() {
  const trial = new Trial({ jobs, limit, stage, meter })
  const { values, beside, ...rest } = await FLOOR[current.floor](trial)
  return { ...rest, values, beside: { ...beside, ...(await trial.settle()) } }
}

function failure(error) {
  return { failed: true, note: error.message, trace: error.stack }
}
