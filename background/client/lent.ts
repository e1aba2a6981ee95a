import type { Client } from './client.ts'

/** Where an object that only schedules and operates, such as `Background`, keeps the way to its whole client. */
const LENT = Symbol.for('kretes.background.client')

type Lender = { readonly [LENT]?: () => Promise<Client> }

/** Lets {@link clientOf} find the client of `api`. */
export function lend<Api extends object>(api: Api, client: () => Promise<Client>): Api {
  return Object.defineProperty(api, LENT, { value: client })
}

/** How to get the client behind `api`: `Background`, or a client itself. Undefined for anything else. */
export function clientOf(api: object): (() => Promise<Client>) | undefined {
  const lent = (api as Lender)[LENT]
  if (lent) return lent
  return 'administration' in api && 'statistics' in api ? async () => api as Client : undefined
}
