/** Lets a policy say which audiences it names, so that a misspelt one shows at the start. */

/** Global, since two copies of this package may be installed. */
const GRANTED = Symbol.for('valetkey.grantedAudiences')

/** `policy`, marked with the names in it. */
export function withGrantedNames<F extends object>(policy: F, names: readonly string[]): F {
  return Object.defineProperty(policy, GRANTED, { value: names })
}

/** The names in a policy; none for one that does not say. */
export function grantedNames(policy: unknown): readonly string[] {
  if (typeof policy !== 'function') return []
  const names: unknown = Reflect.get(policy, GRANTED)
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}
