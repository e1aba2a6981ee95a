import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

const CHROMIUM = process.env.KRETES_TEST_CHROMIUM ?? '/usr/bin/chromium'

/** One browser for the tests of a file, and a fresh profile for each page. */
export interface TestBrowser {
  /** A page whose complaints fail the test: errors, what its policy forbids, requests to somewhere else. */
  open(url: string, options?: OpenOptions): Promise<Page>
}

export interface OpenOptions extends BrowserContextOptions {
  /** Complaints that are meant to be. */
  readonly tolerates?: RegExp
}

export function useBrowser(): TestBrowser {
  let browser: Browser | undefined
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  beforeAll(async () => {
    if (!existsSync(CHROMIUM))
      throw new Error(
        `there is no ${CHROMIUM}: apt-get install chromium, or say where it is in KRETES_TEST_CHROMIUM`,
      )
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map(context => context.close()))
    expect(complaints.splice(0)).toEqual([])
  })
  return {
    async open(url, { tolerates = /(?!)/, ...options } = {}) {
      const context = await (browser as Browser).newContext({
        viewport: { width: 1280, height: 860 },
        ...options,
      })
      contexts.push(context)
      const page = await context.newPage()
      const complain = (text: string) => !tolerates.test(text) && complaints.push(text)
      complainTo(complain, page, new URL(url).origin)
      await page.goto(url)
      return page
    },
  }
}

function complainTo(complain: (text: string) => void, page: Page, origin: string): void {
  page.setDefaultTimeout(20_000)
  page.on('pageerror', error => complain(`error: ${error.message}`))
  page.on('console', message => {
    if (message.type() === 'error') complain(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('request', request => {
    const url = request.url()
    if (!url.startsWith('data:') && new URL(url).origin !== origin) complain(`elsewhere: ${url}`)
  })
}
