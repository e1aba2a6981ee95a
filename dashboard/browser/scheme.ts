const YEAR_S = 31_536_000

/** The switch between dark and light; a cookie tells the server, so that the next page does not flash. */
export function switchScheme(): void {
  document.querySelector('[data-scheme-switch]')?.addEventListener('click', () => {
    const root = document.documentElement
    const isDark = getComputedStyle(root).colorScheme === 'dark' || (!root.dataset.scheme && prefersDark())
    root.dataset.scheme = isDark ? 'light' : 'dark'
    const path = new URL(document.baseURI).pathname
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `background-scheme=${root.dataset.scheme}; path=${path}; max-age=${YEAR_S}; samesite=strict`
    document.dispatchEvent(new Event('scheme'))
  })
}

const prefersDark = () => matchMedia('(prefers-color-scheme: dark)').matches
