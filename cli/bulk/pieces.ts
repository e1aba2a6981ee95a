import { monotonic, sleep } from '../../framework/clock.ts'

/** Of so many jobs, a statement takes some tens of milliseconds. */
const PIECE = 500
const LONGEST_REST_MS = 250

/** The ids in pieces: of 500, or smaller ones where no more may be done in a second. */
export async function* inPieces(
  ids: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  rate: number | undefined,
): AsyncGenerator<readonly string[]> {
  const size = Math.min(PIECE, rate === undefined ? PIECE : Math.max(1, Math.floor(rate / 4)))
  for await (const some of ids)
    for (let start = 0; start < some.length; start += size) yield some.slice(start, start + size)
}

/** Lets others have the server after a piece that began at `since`: as long as it took, or as long as the rate asks. */
export async function pause(since: number, done: number, rate: number | undefined): Promise<void> {
  const took = monotonic() - since
  await sleep(rate === undefined ? Math.min(took, LONGEST_REST_MS) : (done / rate) * 1_000 - took)
}
