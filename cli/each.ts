import { isKretesError, type KretesError } from '../framework/errors.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { say } from './output.ts'

/** Does something for each of `names`: one with which it cannot be done costs the others nothing, and is told. */
export async function forEach<T>(
  names: readonly string[],
  work: (name: string) => Promise<T>,
): Promise<readonly T[]> {
  const done: T[] = []
  let failure: KretesError | undefined
  for (const name of new Set(names)) {
    try {
      done.push(await work(name))
    } catch (error) {
      if (names.length === 1 || !isKretesError(error)) throw error
      say(`${error.message}; ${error.hint}`)
      failure ??= error
    }
  }
  if (failure) process.exitCode = done.length > 0 ? EXIT.partly : exitCodeOf(failure)
  return done
}
