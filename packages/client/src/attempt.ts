/** Turns what throws into what is missing, for callers to whom the reason makes no difference. */

export function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
