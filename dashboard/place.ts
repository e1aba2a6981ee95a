import type { Visit } from './visit.ts'

/** Where a request is inside the dashboard. */
export interface Place {
  /** `/jobs/7`, wherever the dashboard is mounted. */
  readonly path: string
  /** From that page to the root of the dashboard, relative, so that it holds whatever stands before it: `../`. */
  readonly root: string
  /** Set when the root was asked for without its slash, from where relative links would lead astray: the way to it. */
  readonly redirect: string | undefined
}

/** `mount` is what a framework leaves in the URL. */
export function placeOf(request: Request, visit: Visit, mount = ''): Place {
  const { pathname, search } = new URL(request.url)
  const prefix = mount.replace(/\/+$/, '')
  const isInside = pathname === prefix || pathname.startsWith(`${prefix}/`)
  const path = (isInside ? pathname.slice(prefix.length) : pathname) || '/'
  const depth = path.split('/').length - 2
  return {
    path,
    root: depth === 0 ? './' : '../'.repeat(depth),
    redirect: path === '/' ? missingSlash(askedFor(visit) ?? pathname, search) : undefined,
  }
}

function missingSlash(asked: string, search: string): string | undefined {
  if (asked.endsWith('/')) return undefined
  return `${asked.slice(asked.lastIndexOf('/') + 1)}/${search}`
}

function askedFor({ url }: Visit): string | undefined {
  return url === undefined ? undefined : new URL(url, 'http://localhost').pathname
}
