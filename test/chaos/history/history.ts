import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventOf, HistoryEvent, Told } from './event.ts'

/** All that was told by all processes, in the order in which it happened. */
export class History {
  readonly events: readonly HistoryEvent[]
  readonly #byName = new Map<string, HistoryEvent[]>()

  constructor(events: readonly HistoryEvent[]) {
    this.events = [...events].sort((a, b) => a.at - b.at)
    for (const event of this.events) {
      const alike = this.#byName.get(event.event)
      if (alike) alike.push(event)
      else this.#byName.set(event.event, [event])
    }
  }

  /** Those of one kind. */
  of<Name extends Told['event']>(name: Name): readonly EventOf<Name>[] {
    return (this.#byName.get(name) ?? []) as EventOf<Name>[]
  }

  /** When it was over. */
  get end(): number {
    return this.events.at(-1)?.at ?? 0
  }
}

/** Puts the files of all processes together. The last line of one that was killed may be cut off. */
export function readHistory(directory: string): History {
  const files = readdirSync(directory).filter(name => name.endsWith('.ndjson'))
  return new History(files.flatMap(name => eventsIn(readFileSync(join(directory, name), 'utf8'))))
}

function eventsIn(text: string): HistoryEvent[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
