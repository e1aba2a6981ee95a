import { monotonic, sleep } from '../../framework/clock.ts'
import { Connection } from '../../framework/connection.ts'
import { diagnoseConnection, diagnoseSchema, diagnoseServer } from '../diagnosis.ts'
import { notify, schemaHealth, schemaObjects, serverHealth, whom } from '../engine/health.ts'
import { readOnly } from '../engine/reading.ts'
import { ENGINE_SESSION } from '../engine/session.ts'
import type { ConnectionHealth, Finding } from '../health.ts'
import { newId } from '../id.ts'

const NOTIFY_WAIT_MS = 2_000
const ROUND_TRIPS = 3

/** What is wrong with the database at `url`, and what to do about it; our schema is looked at when it `isThere`. */
export async function examine(url: string | undefined, isThere: boolean): Promise<Finding[]> {
  const channel = `background_doctor_${newId()}`
  let heard = () => {}
  const arrival = new Promise<void>(resolve => {
    heard = resolve
  })
  const db = new Connection({
    ...{ url, name: 'kretes background doctor', settings: ENGINE_SESSION, mayExit: true },
    ...{ listen: channel, onNotification: heard },
  })
  try {
    const connection = await examineConnection(db, () => notify(db, channel, ''), arrival)
    const server = await serverHealth(readOnly(db))
    const schema = isThere ? diagnoseSchema(await schemaHealth(readOnly(db)), server.user) : []
    return [...diagnoseConnection(connection), ...diagnoseServer(server), ...schema]
  } finally {
    await db.close()
  }
}

/** What our schema has in the database at `url`, by name. */
export async function objectsOf(url: string | undefined): Promise<Set<string>> {
  const db = new Connection({
    url,
    name: 'kretes background doctor',
    settings: ENGINE_SESSION,
    mayExit: true,
  })
  try {
    return await schemaObjects(readOnly(db))
  } finally {
    await db.close()
  }
}

async function examineConnection(
  db: Connection,
  ring: () => Promise<void>,
  arrival: Promise<void>,
): Promise<ConnectionHealth> {
  await db.open()
  const answers: { readonly backend: string; readonly ms: number; readonly skew: number }[] = []
  for (let count = 0; count < ROUND_TRIPS; count++) {
    const since = monotonic()
    const { backend, time } = await whom(db)
    const ms = monotonic() - since
    answers.push({ backend, ms, skew: Date.now() - ms / 2 - time })
  }
  const [best] = [...answers].sort((a, b) => a.ms - b.ms)
  const pooled = db.pooled || new Set(answers.map(({ backend }) => backend)).size > 1
  return {
    roundTrip: best?.ms ?? 0,
    skew: best?.skew ?? 0,
    pooled,
    notified: await heardAfter(ring, arrival),
  }
}

async function heardAfter(ring: () => Promise<void>, arrival: Promise<void>): Promise<number | undefined> {
  const since = monotonic()
  const given = new AbortController()
  await ring()
  const outcome = await Promise.race([
    arrival.then(() => monotonic() - since),
    sleep(NOTIFY_WAIT_MS, given.signal).then(() => undefined),
  ])
  given.abort()
  return outcome
}
