import { excuse, playRound } from './round.js'

const FLOOR = { name: 'floor', file: 'floor', server: 'postgres', lacks: {}, variant: {} }

/**
 * Every case, round by round and contestant by contestant, so that whatever changes on the machine meanwhile
 * meets them all. Ends early, with what there is, when `signal` aborts.
 */
export async function playAll({ scenes, contestants, servers, options, signal, onResult }) {
  const results = []
  const keep = (scene, contestant, result) => {
    results.push({ scene: scene.name, contestant: contestant.name, result })
    onResult(scene, contestant, result)
  }
  for (const scene of scenes) {
    const players = []
    for (const contestant of invited(scene, contestants)) {
      const note = excuse(scene, contestant, servers)
      if (note) keep(scene, contestant, { status: 'n/a', note })
      else players.push(contestant)
    }
    for (const contestant of Array(options.rounds).fill(players).flat()) {
      if (signal.aborted) return results
      const server = servers[contestant.server]
      const result = await playRound({ scene, contestant, server, options, signal })
      if (!signal.aborted) keep(scene, contestant, result)
    }
  }
  return results
}

function invited(scene, contestants) {
  const some = contestants.filter(({ variant }) => !variant.cases || variant.cases.includes(scene.name))
  return scene.floor ? [FLOOR, ...some] : some
}
