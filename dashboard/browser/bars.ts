/** On narrow screens pages and states are in bars that scroll: the one that somebody is at is in sight. */
export function showWhereWeAre(): void {
  for (const bar of document.querySelectorAll<HTMLElement>('.side nav, .rail ul')) {
    const current = bar.querySelector('[aria-current]')?.getBoundingClientRect()
    const { left, width } = bar.getBoundingClientRect()
    if (current) bar.scrollLeft += current.left + current.width / 2 - left - width / 2
  }
}
