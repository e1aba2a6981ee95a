import { acting, leaveFor, show } from './page.ts'
import { toast } from './toast.ts'

/** Forms that do something are sent without leaving the page, which then shows what has become of it. */
export function takeForms(): void {
  document.addEventListener('submit', event => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-act')) return
    event.preventDefault()
    void acting(() => send(form, event.submitter))
  })
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const fields = new FormData(form, submitter)
  const body = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]))
  const buttons = [...form.querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  try {
    const headers = { accept: 'text/html' }
    // a button may be called action, and would be what form.action is
    const response = await fetch(new URL(form.getAttribute('action') ?? '', document.baseURI), {
      method: 'POST',
      body,
      headers,
    })
    if (response.ok) await arrive(response, form)
    else toast(await reasonOf(response), 'problem')
  } catch {
    toast('the server does not answer', 'problem')
  } finally {
    for (const button of buttons) button.disabled = false
  }
}

/** Where the server has sent us: this page again, or another one. */
async function arrive(response: Response, form: HTMLFormElement): Promise<void> {
  const done = form.querySelector<HTMLInputElement>('[name="_done"]')?.value
  const isHere = new URL(response.url).pathname === location.pathname
  if (!isHere) return leaveFor(response.url)
  form.closest<HTMLDetailsElement>('details.menu')?.removeAttribute('open')
  form.reset()
  show(await response.text(), response.url)
  toast(done ?? 'done')
}

async function reasonOf(response: Response): Promise<string> {
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const said = [...page.querySelectorAll('main [data-said]')].map(element => element.textContent)
  return said.join(' – ') || `${response.status} ${response.statusText}`
}
