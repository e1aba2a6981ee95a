import { randomBytes } from 'node:crypto'

/** What each page may load: itself, and what carries its nonce. Nothing inline without one, nothing from elsewhere. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
  ].join('; ')
}

/** For one page: no two have the same. */
export function newNonce(): string {
  return randomBytes(16).toString('base64')
}

/** Sets what every answer of the dashboard has to carry. What knows better, such as an asset, has said so already. */
export function protect(response: Response, nonce: string): Response {
  const headers = new Headers(response.headers)
  headers.set('content-security-policy', contentSecurityPolicy(nonce))
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'same-origin')
  headers.set('x-robots-tag', 'noindex')
  headers.set('x-frame-options', 'DENY')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}
