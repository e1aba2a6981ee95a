import { toast } from './toast.ts'

/** Buttons that copy a text. */
export function copyOnClick(): void {
  document.addEventListener('click', event => {
    const button = (event.target as Element).closest<HTMLElement>('[data-copy]')
    if (button) void copy(button.dataset.copy ?? '')
  })
}

async function copy(text: string): Promise<void> {
  // there is no clipboard without HTTPS, except on the machine itself
  if (navigator.clipboard) await navigator.clipboard.writeText(text)
  else copyBySelection(text)
  toast('copied')
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
