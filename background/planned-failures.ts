import type { Middleware } from './middleware.ts'

/** Lets attempts fail that a test wants to fail, before their task is called. */
export class PlannedFailures {
  readonly #errors = new Map<string, unknown[]>()

  /** What is around each attempt. */
  readonly middleware: Middleware = {
    run: async ({ task }, next) => {
      const errors = this.#errors.get(task)
      if (errors?.length) throw errors.shift()
      await next()
    },
  }

  /** The next attempt of `task` that has no failure planned yet fails with `error`. */
  add(task: string, error: unknown): void {
    this.#errors.set(task, [...(this.#errors.get(task) ?? []), error])
  }

  clear(): void {
    this.#errors.clear()
  }
}
