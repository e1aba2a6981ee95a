import type { Registry } from './registry.ts'
import type { TaskDefinition } from './task.ts'

/**
 * A registry whose tasks may be replaced while a worker runs: what runs goes on as it began, what starts next is new.
 * A job that was claimed before its task vanished still runs, with the code there was.
 */
export class LiveRegistry implements Registry {
  readonly #former = new Map<string, TaskDefinition>()
  #current: Registry
  #kept: readonly string[] = []

  constructor(first: Registry) {
    this.#current = first
  }

  get names(): readonly string[] {
    return [...new Set([...this.#current.names, ...this.#kept])].sort()
  }

  find(name: string): TaskDefinition | undefined {
    return this.#current.find(name) ?? (this.#kept.includes(name) ? this.#former.get(name) : undefined)
  }

  get(name: string): TaskDefinition {
    return this.#current.find(name) ?? this.#former.get(name) ?? this.#current.get(name)
  }

  /** The tasks of `next` from now on. Of `kept`, those that are not among them stay as they were. */
  become(next: Registry, kept: readonly string[] = []): void {
    for (const name of this.names) this.#former.set(name, this.get(name))
    this.#kept = kept.filter(name => this.#former.has(name) && !next.find(name))
    this.#current = next
  }
}
