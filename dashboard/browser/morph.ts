/**
 * Makes what is on the page what the server says it is now, and touches nothing that is the same: what has the focus
 * keeps it, what is open stays open, what somebody has written or ticked stays written and ticked.
 */
export function morph(old: Element, fresh: Element): void {
  if (old.isEqualNode(fresh)) return
  if (old.hasAttribute('data-keep')) return tell(old, fresh)
  copyAttributes(old, fresh)
  if (old instanceof HTMLTextAreaElement) refill(old, fresh.textContent ?? '')
  else morphChildren(old, fresh)
}

/** What a script has made stays; it hears what it is to be made of now. */
function tell(old: Element, fresh: Element): void {
  const data = fresh.getAttribute('data-chart')
  if (data === null || data === old.getAttribute('data-chart')) return
  old.setAttribute('data-chart', data)
  old.dispatchEvent(new Event('fresh'))
}

/** What belongs to whoever looks at the page, and not to the server. */
const OWN = /^(open|style)$/

function copyAttributes(old: Element, fresh: Element): void {
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && !OWN.test(name)) old.removeAttribute(name)
  for (const { name, value } of fresh.attributes)
    if (!OWN.test(name) && old.getAttribute(name) !== value) setAttribute(old, name, value)
}

function setAttribute(element: Element, name: string, value: string): void {
  const isWritten = element instanceof HTMLInputElement && element.value !== element.defaultValue
  if (!(isWritten && name === 'value')) element.setAttribute(name, value)
}

function refill(area: HTMLTextAreaElement, text: string): void {
  if (area.value === area.defaultValue) area.value = text
}

function morphChildren(old: Element, fresh: Element): void {
  const known = new Map([...old.children].flatMap(child => (keyOf(child) ? [[keyOf(child), child]] : [])))
  let place = old.firstChild
  for (const wanted of [...fresh.childNodes]) {
    const match = matchFor(wanted, place, known)
    if (!match) old.insertBefore(wanted.cloneNode(true), place)
    else {
      if (match === place) place = place.nextSibling
      else old.insertBefore(match, place)
      if (match instanceof Element) morph(match, wanted as Element)
      else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue
    }
  }
  while (place) {
    const next = place.nextSibling
    place.remove()
    place = next
  }
}

/** The node that is to become `wanted`: the one with its key, or the one that stands there already. */
function matchFor(
  wanted: Node,
  place: ChildNode | null,
  known: Map<string | null, Element>,
): ChildNode | null {
  const key = wanted instanceof Element ? keyOf(wanted) : null
  if (key) return known.get(key) ?? null
  const isSame =
    place?.nodeName === wanted.nodeName &&
    !(place instanceof Element && keyOf(place)) &&
    looksAlike(place, wanted)
  return isSame ? place : null
}

function looksAlike(old: Node, fresh: Node): boolean {
  const kind = (node: Node) => (node instanceof Element ? node.getAttribute('aria-label') : null)
  return !(old instanceof HTMLElement) || old.tagName !== 'SECTION' || kind(old) === kind(fresh)
}

function keyOf(element: Element): string | null {
  return element.getAttribute('data-key') ?? (element.id || null)
}
