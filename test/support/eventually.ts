/** Waits until `check` returns something truthy (or stops throwing) and returns it; fails with its last complaint after `within` ms. */
export async function eventually<T>(check: () => T | Promise<T>, within = 20_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + within
  let complaint: unknown = new Error(`condition not met within ${within} ms: ${check}`)
  while (performance.now() < deadline) {
    try {
      const value = await check()
      if (value) return value as NonNullable<T>
    } catch (error) {
      complaint = error
    }
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw complaint
}
