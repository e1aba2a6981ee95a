import type { Child } from 'hono/jsx'
import { SCRIPT, STYLE } from '../assets.ts'
import { Help } from '../components/help.tsx'
import { Side } from '../components/navigation.tsx'
import type { View } from './page.ts'

/** What is around every page. */
export function Layout({ title, view, children }: { title: string; view: View; children?: Child }) {
  return (
    <html lang="en" data-scheme={view.scheme}>
      <head>
        <meta charset="utf-8" />
        <base href={view.root} />
        <title>{`${title} · ${view.name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={STYLE} nonce={view.nonce} />
        <script type="module" src={SCRIPT} nonce={view.nonce} />
      </head>
      <body>
        <a class="skip" href={`${view.path.slice(1) || './'}#content`}>
          Skip to content
        </a>
        <div class="page">
          <Side view={view} />
          <main id="content" tabindex={-1}>
            {children}
          </main>
        </div>
        <Help />
      </body>
    </html>
  )
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18"><rect width="18" height="18" rx="5" fill="#3b5bdb"/><path d="M5 6h8M5 9h8M5 12h4.5" stroke="#fff" stroke-width="1.6" stroke-linecap="round"/></svg>',
)}`
