import { after } from './clock.ts'

/** Says something at the lower edge for a moment. */
export function toast(text: string, kind: 'done' | 'problem' = 'done'): void {
  document.querySelector('.toast')?.remove()
  const element = document.createElement('div')
  element.className = `toast ${kind}`
  element.role = kind === 'problem' ? 'alert' : 'status'
  element.textContent = text
  document.body.append(element)
  after(kind === 'problem' ? 10_000 : 3_000, () => element.remove())
}
