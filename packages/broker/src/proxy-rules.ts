/** Which calls of a vault the broker forwards: rules of a method with a path. */

export type ProxyMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One kind of call that is let through. */
export interface ProxyRule {
  readonly method: ProxyMethod
  readonly path: `/${string}`
}

const PROXY_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Lets calls of one method and one path through to a proxied audience. Paths are relative to the vault's
 * base URL; what no rule allows is refused.
 *
 * `/v1/vaults/:vault` stands for any one segment after `/v1/vaults/`, `/v1/*` for anything below `/v1/`.
 * Every other segment is compared letter by letter. `GET` covers `HEAD`. A rule knows nothing of the
 * query: where a vault puts what matters there, judge that elsewhere.
 *
 * @example
 * ```ts
 * { minter, delivery: 'proxy', allow: [allow('POST', '/v1/vaults/:vault/detokenize')] }
 * ```
 */
export function allow(method: ProxyMethod, path: `/${string}`): ProxyRule {
  return { method, path }
}

/** What is wrong with a rule as it may come from JavaScript, or `undefined`. */
export function ruleFault(rule: unknown): string | undefined {
  if (typeof rule !== 'object' || rule === null) return 'is not a rule; write allow(method, path)'
  const { method, path, ...others }: { method?: unknown; path?: unknown } = rule
  if (Object.keys(others).length > 0) return 'holds more than a method with a path'
  if (typeof method !== 'string' || !PROXY_METHODS.includes(method))
    return `its method is none of ${PROXY_METHODS.join(', ')}`
  if (typeof path !== 'string' || !path.startsWith('/')) return 'its path does not start with /'
  return patternFault(path)
}

/** The first rule that allows the call. `path` is canonical. */
export function findRule(
  rules: readonly ProxyRule[],
  { method, path }: { method: string; path: string },
): ProxyRule | undefined {
  const segments = path.slice(1).split('/')
  return rules.find((rule) => methodsOf(rule).includes(method) && matches(rule.path, segments))
}

/** The methods that some rule allows somewhere. */
export function methodsOfAll(rules: readonly ProxyRule[]): string[] {
  const allowed = new Set(rules.flatMap(methodsOf))
  return PROXY_METHODS.filter((method) => allowed.has(method))
}

function methodsOf({ method }: ProxyRule): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method]
}

function matches(pattern: string, segments: readonly string[]): boolean {
  const wanted = pattern.slice(1).split('/')
  const hasRest = wanted.at(-1) === '*'
  const fixed = hasRest ? wanted.slice(0, -1) : wanted
  if (hasRest ? segments.slice(fixed.length).join('/') === '' : segments.length !== fixed.length)
    return false
  return fixed.every((want, index) => {
    const segment = segments[index]
    return want.startsWith(':') ? segment !== '' && segment !== undefined : segment === want
  })
}

function patternFault(path: string): string | undefined {
  const segments = path.slice(1).split('/')
  if (segments.some((segment, index) => segment.includes('*') && !isRest(segment, index, segments)))
    return 'a * may only be the last segment, alone'
  if (segments.some((segment) => segment.startsWith(':') && !/^:[A-Za-z_]\w*$/.test(segment)))
    return 'a :name is one whole segment of letters, digits and _'
  if (segments.slice(0, -1).includes('')) return 'its path holds an empty segment'
  if (segments.some((segment) => segment === '.' || segment === '..'))
    return 'its path holds a dot segment'
  if (!segments.every((segment) => /^(:|\*|[\w\-.~!$&'()+,;=:@]*$)/.test(segment)))
    return "its path holds a character that needs no rule: use letters, digits and -._~!$&'()+,;=:@, or a :name"
  return undefined
}

function isRest(segment: string, index: number, { length }: readonly string[]): boolean {
  return segment === '*' && index === length - 1
}
