import bundle from 'dashboard:files'

/** A file that pages load. */
export interface Asset {
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer>
}

/** By name, as in `assets/style-M3UG2Y.css`. Another text has another name, so browsers may keep them for ever. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map(
  Object.entries(bundle.files).map(([name, body]) => [name, { type: typeOf(name), body }]),
)

/** Where the two are that every page loads, from the root of the dashboard. */
export const [SCRIPT, STYLE] = [`assets/${bundle.script}`, `assets/${bundle.style}`]

function typeOf(name: string): string {
  return name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8'
}
