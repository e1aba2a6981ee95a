import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach } from 'vitest'
import type { Client } from '../../background/client/client.ts'
import { type DashboardOptions, dashboard } from '../../dashboard/index.ts'

/** Dashboards on ports of their own, closed after each test. */
export interface ServedDashboards {
  /** Answers with its address. `cut` is what a proxy in front of it takes off each path. */
  serve(client: Client, options?: Partial<DashboardOptions> & { readonly cut?: string }): Promise<string>
}

export function useServedDashboards(): ServedDashboards {
  const servers: Server[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  })
  return {
    async serve(client, { cut = '', ...options } = {}) {
      const handle = dashboard({
        ...{ background: client, authorize: () => ({ role: 'write', actor: 'ann@example.com' }) },
        ...options,
      })
      const server = createServer(getRequestListener(request => handle(without(cut, request))))
      servers.push(server)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${cut}/`
    },
  }
}

/** As a proxy passes it on. */
function without(cut: string, request: Request): Request {
  if (cut === '') return request
  const url = new URL(request.url)
  url.pathname = url.pathname.slice(cut.length) || '/'
  return new Request(url, request)
}
