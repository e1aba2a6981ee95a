/** A file that pages load. */
export interface Asset {
  readonly type: string
  readonly body: string | Uint8Array<ArrayBuffer>
}

const STYLE = 'body { font-family: system-ui, sans-serif }'

/** By name, as in `assets/style.css`. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([['style.css', { type: 'text/css', body: STYLE }]])
