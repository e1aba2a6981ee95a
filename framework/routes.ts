/** What a handler knows beside the request. */
export interface RouteContext<Path extends string = string> {
  /** The values of `:name` in the path, decoded. */
  readonly params: Readonly<Record<ParamsOf<Path>, string>>
  /** The other end of the connection; undefined when the request did not come through our own server. */
  readonly remoteAddress: string | undefined
  /** Aborts when the server begins to stop: the moment to end a response that would go on for ever. */
  readonly stopping: AbortSignal
}

/** What may be answered: a Response, text, nothing (204), or anything else, which is sent as JSON. */
export type Reply = Response | string | object | number | boolean | null | undefined | void

/** Answers requests to one path. */
export type Handler<Path extends string = string> = (
  request: Request,
  context: RouteContext<Path>,
) => Reply | Promise<Reply>

/** What a mounted application knows beside the request. */
export interface MountContext extends Omit<RouteContext, 'params'> {
  /** Where it is mounted. */
  readonly path: string
  /** What was asked for, with the path it is mounted at. */
  readonly url: string
}

/** Answers everything below the path it is mounted at, which is cut off the URL it sees. */
export type FetchHandler = (request: Request, context: MountContext) => Response | Promise<Response>

/** One entry of an app's `routes`; made by {@link GET} and its siblings. */
export type Route =
  | { readonly kind: 'route'; readonly method: Method; readonly path: string; readonly handler: Handler }
  | { readonly kind: 'mount'; readonly path: string; readonly handler: FetchHandler }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type ParamsOf<Path extends string> = string extends Path
  ? string
  : Path extends `${infer Head}/${infer Tail}`
    ? ParamOf<Head> | ParamsOf<Tail>
    : ParamOf<Path>
type ParamOf<Part extends string> = Part extends `:${infer Name}{${string}`
  ? Name
  : Part extends `:${infer Name}`
    ? Name
    : never

/**
 * Answers GET requests to `path`.
 *
 * @example
 * GET('/users/:id', (request, { params }) => users.find(params.id))
 */
export function GET<Path extends string>(path: Path, handler: Handler<Path>): Route {
  return route('GET', path, handler)
}

/**
 * Answers POST requests to `path`.
 *
 * @example
 * POST('/users', async request => users.create(await request.json()))
 */
export function POST<Path extends string>(path: Path, handler: Handler<Path>): Route {
  return route('POST', path, handler)
}

/** Answers PUT requests to `path`. */
export function PUT<Path extends string>(path: Path, handler: Handler<Path>): Route {
  return route('PUT', path, handler)
}

/** Answers PATCH requests to `path`. */
export function PATCH<Path extends string>(path: Path, handler: Handler<Path>): Route {
  return route('PATCH', path, handler)
}

/** Answers DELETE requests to `path`. */
export function DELETE<Path extends string>(path: Path, handler: Handler<Path>): Route {
  return route('DELETE', path, handler)
}

/**
 * Hands everything at and below `path` to another application.
 *
 * @example
 * mount('/api', hono.fetch)
 */
export function mount(path: string, handler: FetchHandler): Route {
  return { kind: 'mount', path, handler }
}

function route<Path extends string>(method: Method, path: Path, handler: Handler<Path>): Route {
  return { kind: 'route', method, path, handler: handler as unknown as Handler }
}
