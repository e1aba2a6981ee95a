/** How much of something is taken. */
export function Meter({ value, most, label }: { value: number; most: number; label: string }) {
  const share = most > 0 ? Math.min(1, value / most) : 0
  return (
    <svg class="meter" viewBox="0 0 100 5" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect width={(share * 100).toFixed(1)} height="5" fill="currentColor" />
    </svg>
  )
}
