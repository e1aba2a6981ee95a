import { probe } from './probe.ts'
/**
 * Frees the keys of jobs that end, as a common table expression; `ended` is the one that has the jobs. A key that
 * somebody is giving to another job in this instant is passed over, however long that transaction takes: it is
 * freed by being given away, and if that is rolled back, by the next who schedules under it.
 */
export function unlocked(ended: string): string {
  return `
unlocked as (
  delete from background.job_key
   where ctid = any (array(
     select k.ctid from ${ended} e join background.job_key k on ${probe('k.key', 'e.key')} and k.job_id = e.id
      where e.key is not null for update of k skip locked)))`
}
