import { type Dashboard, type DashboardOptions, dashboard } from '../../dashboard/index.ts'

/** Tests say by what they expect what an answer is. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Answer = Omit<Response, 'json'> & { json(): Promise<any> }

/** A dashboard, asked as a browser on it would. */
export interface Asking {
  readonly handle: Dashboard
  get(path: string): Promise<Answer>
  send(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>
}

const ORIGIN = 'http://localhost'

export function asking(options: DashboardOptions): Asking {
  const handle = dashboard({ authorize: () => ({ role: 'write', actor: 'ann' }), ...options })
  return {
    handle,
    get: path => handle(new Request(ORIGIN + path)),
    send: (method, path, body = {}, headers = {}) =>
      handle(
        new Request(ORIGIN + path, {
          method,
          headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
          body: JSON.stringify(body),
        }),
      ),
  }
}
