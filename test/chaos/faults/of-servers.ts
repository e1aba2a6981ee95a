import { type Fault, pass } from './fault.ts'

/** The machine of the database loses power and comes back at once. */
const restart: Fault = {
  name: 'restart',
  aim: 'database',
  lasts: [0, 0],
  strike: async ({ postgres }) => {
    await postgres.crash()
    await postgres.start()
  },
}

/** It stays away for a while. */
const outage: Fault = {
  name: 'outage',
  aim: 'database',
  lasts: [5_000, 15_000],
  strike: async ({ postgres }, _, ms) => {
    await postgres.crash()
    await pass(ms)
    await postgres.start()
  },
}

/** One process of the server dies, and the server ends all others because their memory may be spoilt. */
const killBackend: Fault = {
  name: 'kill-backend',
  aim: 'database',
  lasts: [0, 0],
  strike: async ({ postgres }) => {
    const [session] = await postgres.ask<{ pid: number }>(`
      select pid from pg_stat_activity
       where datname = current_database() and application_name like 'kretes%' order by random() limit 1`)
    if (session) process.kill(session.pid, 'SIGKILL')
  },
}

/** The disk is full for a while; a server that could not write its log has given up by then. */
const fillDisk: Fault = {
  name: 'disk-full',
  aim: 'database',
  lasts: [4_000, 10_000],
  lacking: ({ disk }) => disk.lacking,
  strike: async ({ disk, postgres }, _, ms) => {
    await disk.fill()
    await pass(ms)
    await disk.clear()
    if (!postgres.isRunning) await postgres.start()
  },
}

export const FAULTS_OF_SERVERS = [restart, outage, killBackend, fillDisk]
