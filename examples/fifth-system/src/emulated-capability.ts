/** What a token may do, by Ably's rules of wildcards. */

export type Capability = Readonly<Record<string, readonly string[]>>

export function allows(capability: Capability, channel: string, operation: string): boolean {
  return Object.entries(capability).some(
    ([pattern, operations]) => covers(pattern, channel) && has(operations, operation),
  )
}

/** What of a wish a key may give: channels and operations that both have. */
export function intersected(wish: Capability, key: Capability): Capability {
  const granted = Object.entries(wish).map(([channel, operations]) => {
    const common = Object.entries(key)
      .filter(([pattern]) => covers(pattern, channel))
      .flatMap(([, allowed]) =>
        operations.includes('*') ? allowed : operations.filter((one) => has(allowed, one)),
      )
    return [channel, [...new Set(common)].toSorted()] as const
  })
  return Object.fromEntries(granted.filter(([, operations]) => operations.length > 0))
}

function covers(pattern: string, channel: string): boolean {
  if (pattern === '*' || pattern === channel) return true
  return pattern.endsWith(':*') && channel.startsWith(pattern.slice(0, -1))
}

function has(operations: readonly string[], operation: string): boolean {
  return operations.includes('*') || operations.includes(operation)
}
