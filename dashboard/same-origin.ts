const SAFE = ['GET', 'HEAD', 'OPTIONS']

const JSON_BODY = /^application\/json\s*(;|$)/i
const FORM_BODY = /^application\/x-www-form-urlencoded\s*(;|$)/i

/**
 * Why a request that could change something must not: it comes from another site, or might. Browsers say where from;
 * programs say nothing of it, but can send JSON, which a form on another site cannot. Forms must come from here.
 */
export function foreign(request: Request): string | undefined {
  if (SAFE.includes(request.method)) return undefined
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return `the request comes from elsewhere (${site})`
  const origin = request.headers.get('origin')
  if (origin !== null && site === null && !isOurs(origin, request)) return `the request comes from ${origin}`
  const type = request.headers.get('content-type') ?? ''
  const isKnown = site !== null || origin !== null
  if (JSON_BODY.test(type) || (isKnown && FORM_BODY.test(type))) return undefined
  return 'the body of the request is not application/json'
}

/** A proxy may have changed the scheme, but it is the browser that says where it is. */
function isOurs(origin: string, request: Request): boolean {
  const host = request.headers.get('host') ?? new URL(request.url).host
  return URL.canParse(origin) && new URL(origin).host === host
}
