import pg from 'pg'
import { jobs } from '../jobs.js'

export const order = 12
export const title = 'Drain, one worker process, while a REPEATABLE READ transaction is held open'
export const columns = { rate: 'jobs/s' }
export const needs = ['postgres']
export const versus = 'drain'

/** The open transaction may still want to see every row there was: nothing that is deleted can be forgotten. */
export async function run(trial) {
  const holder = new pg.Client(trial.target.url)
  await holder.connect()
  await holder.query('begin isolation level repeatable read')
  await holder.query('select 1')
  await trial.fill(jobs(trial.jobs))
  const { seconds, count, ...rest } = await trial.drain({})
  await holder.end()
  return { values: { rate: count / seconds }, ...rest }
}
