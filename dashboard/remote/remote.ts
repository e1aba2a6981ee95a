import type * as z from 'zod'
import type { Method } from '../api/endpoint.ts'
import type { KnownEndpoint } from '../api.ts'
import { failureOf, notADashboard, unreachable } from './failure.ts'

/** Where a dashboard is, and what lets us in: `authorize` finds it as `Authorization: Bearer …`. */
export interface RemoteAddress {
  /** `https://admin.example.com/background` */
  readonly url: string
  readonly token?: string | undefined
}

type Known<Verbatim, Path> = Extract<KnownEndpoint, { readonly method: Verbatim; readonly path: Path }>
type PathOf<Verbatim> = Extract<KnownEndpoint, { readonly method: Verbatim }>['path']
/** What it takes. */
export type BodyOf<Verbatim, Path> = Known<Verbatim, Path>['body'] extends infer Body extends z.ZodType
  ? z.input<Body>
  : undefined

/** What an endpoint answers, as JSON has it: times are text. */
export type AnswerOf<Verbatim, Path> = z.output<Known<Verbatim, Path>['answers']>

/** The values of `:name` in a path. */
type Params = Readonly<Record<string, string>>
type Query = Readonly<Record<string, string | number | undefined>>

const LONGEST_MS = 60_000

/** The API of a dashboard, over HTTP. Which paths there are, what they take and what they answer, its table of endpoints says. */
export class Remote {
  readonly #address: RemoteAddress

  constructor(address: RemoteAddress) {
    this.#address = address
  }

  get<Path extends PathOf<'get'>>(
    path: Path,
    { params = {}, query = {} }: { readonly params?: Params; readonly query?: Query } = {},
  ): Promise<AnswerOf<'get', Path>> {
    const asked = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = asked.length > 0 ? `?${new URLSearchParams(Object.fromEntries(asked) as Params)}` : ''
    return this.#ask('get', filled(path, params) + search) as Promise<AnswerOf<'get', Path>>
  }

  send<const Verbatim extends Exclude<Method, 'get'>, Path extends PathOf<Verbatim>>(
    method: Verbatim,
    path: Path,
    { params = {}, body }: { readonly params?: Params; readonly body: BodyOf<Verbatim, Path> },
  ): Promise<AnswerOf<Verbatim, Path>> {
    return this.#ask(method, filled(path, params), body) as Promise<AnswerOf<Verbatim, Path>>
  }

  /** @throws KretesError: what the dashboard says is wrong, under its own code; `REMOTE_…` for what is wrong on the way there. */
  async #ask(method: Method, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#request(method, path, body).catch(error => {
      throw unreachable(this.#address.url, error)
    })
    if (!response.ok) throw await failureOf(response, this.#address)
    try {
      return await response.json()
    } catch (error) {
      throw notADashboard(this.#address.url, error)
    }
  }

  #request(method: Method, path: string, body: unknown): Promise<Response> {
    const { url, token } = this.#address
    return fetch(url + path, {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // the page where people log in is of no use to a program, and the token is for nobody else
      redirect: 'manual',
      signal: AbortSignal.timeout(LONGEST_MS),
    })
  }
}

function filled(path: string, params: Params): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}
