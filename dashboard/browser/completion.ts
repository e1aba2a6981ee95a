import { type Choice, choicesFor } from './choices.ts'

/** Suggests fields and values for the query that somebody writes. */
export function completeQueries(): void {
  const input = document.querySelector<HTMLInputElement>('[data-search]')
  const list = document.querySelector<HTMLElement>('#suggestions')
  if (input && list) new Completion(input, list).start()
}

class Completion {
  readonly #input: HTMLInputElement
  readonly #list: HTMLElement
  #choices: readonly Choice[] = []
  #at = -1
  #asked = 0

  constructor(input: HTMLInputElement, list: HTMLElement) {
    this.#input = input
    this.#list = list
  }

  start(): void {
    const input = this.#input
    input.addEventListener('input', () => void this.#suggest())
    input.addEventListener('focus', () => void this.#suggest())
    input.addEventListener('blur', () => this.#close())
    input.addEventListener('keydown', event => this.#onKey(event))
    // the focus stays where it is
    this.#list.addEventListener('pointerdown', event => {
      event.preventDefault()
      const item = (event.target as Element).closest<HTMLElement>('[data-index]')
      if (item) this.#take(Number(item.dataset.index))
    })
  }

  async #suggest(): Promise<void> {
    const mine = ++this.#asked
    const choices = await choicesFor(this.#input)
    if (mine !== this.#asked || document.activeElement !== this.#input) return
    this.#choices = choices
    this.#at = -1
    this.#list.replaceChildren(...choices.map((choice, index) => item(choice, index)))
    this.#list.hidden = choices.length === 0
    this.#mark()
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.#choices.length
    if (this.#list.hidden || count === 0) return
    if (event.key === 'Escape') this.#close()
    else if (event.key === 'ArrowDown') this.#at = (this.#at + 1) % count
    else if (event.key === 'ArrowUp') this.#at = (this.#at <= 0 ? count : this.#at) - 1
    else if (event.key === 'Tab' && !event.shiftKey && this.#at >= 0) this.#take(this.#at)
    else if (event.key === 'Enter' && this.#at >= 0) this.#take(this.#at)
    else return
    event.preventDefault()
    this.#mark()
  }

  #take(index: number): void {
    const choice = this.#choices[index]
    if (!choice) return
    const { value } = this.#input
    this.#input.value = value.slice(0, choice.from) + choice.text + value.slice(choice.to)
    const end = choice.from + choice.text.length
    this.#input.setSelectionRange(end, end)
    void this.#suggest()
  }

  #close(): void {
    this.#asked++
    this.#list.hidden = true
    this.#at = -1
    this.#mark()
  }

  /** Tells those who see it, and those who hear it, which one is meant. */
  #mark(): void {
    const isOpen = !this.#list.hidden
    this.#input.setAttribute('aria-expanded', String(isOpen))
    const items = [...this.#list.children]
    for (const [index, item] of items.entries())
      item.setAttribute('aria-selected', String(index === this.#at))
    const current = items[this.#at]
    if (isOpen && current) this.#input.setAttribute('aria-activedescendant', current.id)
    else this.#input.removeAttribute('aria-activedescendant')
    current?.scrollIntoView({ block: 'nearest' })
  }
}

function item({ text, about }: Choice, index: number): HTMLElement {
  const [line, code, said] = [
    document.createElement('div'),
    document.createElement('code'),
    document.createElement('span'),
  ]
  line.id = `suggestion-${index}`
  line.role = 'option'
  line.dataset.index = String(index)
  code.textContent = text
  said.textContent = about
  line.append(code, said)
  return line
}
