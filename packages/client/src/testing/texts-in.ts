/** Reads every text that a value shows when it is walked, printed, serialized or cloned. */

export interface Shown {
  readonly path: string
  readonly text: string
  /** Shown by the whole in other words; what it says mostly stands in a part too. */
  readonly isView: boolean
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

interface Place {
  readonly path: string
  readonly value: unknown
  readonly isView?: boolean
}

/**
 * Own properties of any depth, hidden ones included but for hidden getters (those must be asked by
 * name); entries of collections; errors with stack and cause; what `String`, `JSON.stringify`,
 * `structuredClone` and Node's `inspect` make of it. Closures, `#private` fields and promises show nothing.
 */
export function* textsIn(root: unknown): Generator<Shown> {
  const seen = new Set<unknown>()
  const places: Place[] = [{ path: '', value: root }]
  let viewed = false
  for (let place = places.pop(); place; place = places.pop()) {
    const { path, value, isView = false } = place
    if (isObject(value)) {
      if (seen.has(value)) continue
      seen.add(value)
      // Plain data looks the same in every view.
      if (!viewed && !isPlain(value)) {
        viewed = true
        places.unshift(...viewsOf(root))
      }
      for (const part of partsOf(value)) places.push({ ...part, path: path + part.path, isView })
    } else if (value !== undefined && value !== null) {
      yield { path, text: printed(value), isView }
    }
  }
}

function isPlain(value: object): boolean {
  const { prototype } = Object
  const kind: unknown = Object.getPrototypeOf(value)
  const isData = kind === prototype || kind === Array.prototype || kind === null
  return isData && !('toJSON' in value) && !(INSPECT in value)
}

const printed = (value: unknown): string =>
  typeof value === 'symbol' ? (value.description ?? '') : String(value)

function isObject(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}

/** The value as others would print or send it. */
function viewsOf(value: unknown): Place[] {
  const inspect = globalThis.process?.getBuiltinModule?.('node:util')?.inspect
  const all = { depth: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null }
  const views: [path: string, read: () => unknown][] = [
    [' (as JSON)', () => JSON.stringify(value)],
    [' (cloned)', () => structuredClone(value)],
    [' (inspected)', () => inspect?.(value, all)],
  ]
  return views.map(([path, read]) => ({ path, value: attempt(read), isView: true }))
}

function partsOf(value: object): Place[] {
  if (hasText(value, 'outerHTML')) return [{ path: '.outerHTML', value: value.outerHTML }]
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return [{ path: ' (bytes)', value: decode(value) }]
  const own = Reflect.ownKeys(value).flatMap((key) => {
    const path = typeof key === 'symbol' ? `[${String(key)}]` : `.${key}`
    const name = typeof key === 'symbol' ? key.description : key
    return [
      { path: ' (a name)', value: name },
      { path, value: ownValue(value, key) },
    ]
  })
  return [...own, ...innerParts(value), { path: ' (as text)', value: attempt(() => text(value)) }]
}

/** What is no own property, yet shows. */
function innerParts(value: object): Place[] {
  if (value instanceof Error) {
    const { message, stack, cause } = value
    return Object.entries({ message, stack, cause }).map(named)
  }
  if (value instanceof Request || value instanceof Response)
    return Object.entries({ url: value.url, headers: value.headers }).map(named)
  const lists = [Map, Set, Headers, URLSearchParams, FormData]
  if (!lists.some((kind) => value instanceof kind)) return []
  return [{ path: ' (entries)', value: [...(value as Iterable<unknown>)] }]
}

const named = ([name, value]: [string, unknown]): Place => ({ path: `.${name}`, value })

/** A hidden getter is not called: it is where a token may be. */
function ownValue(value: object, key: PropertyKey): unknown {
  const { get, enumerable, value: held } = Reflect.getOwnPropertyDescriptor(value, key) ?? {}
  return get && enumerable ? attempt(() => Reflect.apply(get, value, [])) : held
}

/** Its text, where it is of its own making. A function's source is no text of its value. */
function text(value: object): string | undefined {
  return typeof value === 'function' || Array.isArray(value) ? undefined : printed(value)
}

function hasText<K extends string>(value: object, key: K): value is Record<K, string> {
  return key in value && typeof (value as Record<K, unknown>)[key] === 'string'
}

function decode(bytes: ArrayBuffer | ArrayBufferView): string {
  return new TextDecoder('latin1').decode(bytes)
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
