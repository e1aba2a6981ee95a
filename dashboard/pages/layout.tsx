import type { Child } from 'hono/jsx'
import type { View } from './page.ts'

/** What is around every page. */
export function Layout({ title, view, children }: { title: string; view: View; children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <base href={view.root} />
        <title>{`${title} · ${view.name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="assets/style.css" nonce={view.nonce} />
      </head>
      <body>
        <header>
          <a href="./">{view.name}</a> <span>{view.environment}</span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
