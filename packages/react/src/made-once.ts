/** Makes a thing once for each client, for as long as the client lives. */

/** Keeps by client, since a component that suspends before it is mounted keeps nothing. */
export function madeOnce<T>(): (client: object, key: string, make: () => T) => T {
  const made = new WeakMap<object, Map<string, T>>()
  return (client, key, make) => {
    const ofClient = made.get(client) ?? new Map<string, T>()
    made.set(client, ofClient)
    const one = ofClient.get(key) ?? make()
    ofClient.set(key, one)
    return one
  }
}
