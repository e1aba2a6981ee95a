import { dirname, join } from 'node:path'
import type { Postgres } from '../server/postgres.ts'
import { followerOf } from '../server/standby.ts'
import type { Stage } from '../stage.ts'
import { type Fault, pass } from './fault.ts'

/** The primary dies and a standby that has everything takes its place, at another address. */
const promote: Fault = {
  name: 'promote',
  aim: 'database',
  lasts: [2_000, 4_000],
  strike: async (stage, _, ms) => {
    const standby = await anotherFor(stage)
    try {
      await waitsFor(stage.postgres, '*')
      await becomesSynchronous(stage.postgres)
      await pass(ms)
      await takeOver(stage, standby)
    } catch (error) {
      await doWithout(stage.postgres, standby)
      throw error
    }
  },
}

let copies = 0

function anotherFor({ postgres }: Stage): Promise<Postgres> {
  const { directory } = postgres.cluster
  return followerOf(postgres, join(dirname(directory), `standby-${++copies}`), postgres.native)
}

/** From now on a commit is acknowledged when these standbys have it too. */
async function waitsFor(primary: Postgres, standbys: '*' | ''): Promise<void> {
  await primary.ask(`alter system set synchronous_standby_names = '${standbys}'`)
  await primary.ask('select pg_reload_conf()')
}

/** Nobody takes over, so nobody may wait for that. */
async function doWithout(primary: Postgres, standby: Postgres): Promise<void> {
  if (primary === standby) return
  if (!primary.isRunning) await primary.start()
  await waitsFor(primary, '')
  await standby.remove()
}

async function becomesSynchronous(primary: Postgres): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const [standby] = await primary.ask<{ state: string }>(
      'select sync_state as state from pg_stat_replication',
    )
    if (standby?.state === 'sync') return
    await pass(100)
  }
  throw new Error('the standby does not become synchronous')
}

/** New connections lead to the standby from now on. */
async function takeOver(stage: Stage, standby: Postgres): Promise<void> {
  const former = stage.postgres
  await former.crash()
  await standby.control('promote')
  stage.postgres = standby
  await former.remove()
}

export const FAULTS_OF_FAILOVER = [promote]
