import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes of this process's heap that are in use: what is garbage does not count. */
export function heapInUse(): number {
  // what the first one finalises, the second one takes away
  collect()
  collect()
  return process.memoryUsage().heapUsed
}
