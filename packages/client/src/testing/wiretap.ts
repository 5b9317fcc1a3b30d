/** Listens in on the ways by which a text leaves a program. */

type Heard = (where: string, what: unknown) => void

const CONTEXTS = ['BroadcastChannel', 'MessagePort', 'Worker', 'ServiceWorker']

/** Calls `heard` with what each use shows from now on. Returns the end of it. */
export function listenIn(heard: Heard): () => void {
  const ends = waysOut(globalThis).map(([owner, method, where]) => {
    const original = owner[method]
    if (typeof original !== 'function') return () => {}
    const tapped = function (this: unknown, ...args: unknown[]): unknown {
      heard(
        where,
        where === 'fetch' ? shownBy(args[0] as RequestInfo, args[1] as RequestInit) : args,
      )
      return Reflect.apply(original, this, args)
    }
    owner[method] = tapped
    // What somebody put over ours meanwhile stays.
    return () => {
      if (owner[method] === tapped) owner[method] = original
    }
  })
  return () => ends.forEach((end) => end())
}

/** All of a request but its `Authorization`, which is the one place for a token. */
export function shownBy(input: RequestInfo | URL, init: RequestInit = {}): unknown {
  const request = input instanceof Request ? input : undefined
  const headers = new Headers(init.headers ?? request?.headers)
  headers.delete('Authorization')
  const { body, referrer = request?.referrer } = init
  return { url: request?.url ?? `${input as string | URL}`, headers, referrer, body }
}

type Owner = Record<string, unknown>
type WayOut = [owner: Owner, method: string, where: string]

function waysOut(all: typeof globalThis): WayOut[] {
  const { console, history, navigator, window } = all as unknown as Record<string, Owner>
  const global = all as unknown as Owner
  const prototype = (name: string) => (global[name] as { prototype: Owner } | undefined)?.prototype
  const ways: [Owner | undefined, string, string][] = [
    ...Object.keys(console ?? {}).map((name): WayOut => [console ?? {}, name, `console.${name}`]),
    ...CONTEXTS.map((name): [Owner | undefined, string, string] => [
      prototype(name),
      'postMessage',
      `${name}.postMessage`,
    ]),
    [window, 'postMessage', 'window.postMessage'],
    [history, 'pushState', 'history.pushState'],
    [history, 'replaceState', 'history.replaceState'],
    [navigator, 'sendBeacon', 'navigator.sendBeacon'],
    [prototype('Storage'), 'setItem', 'Storage.setItem'],
    [prototype('XMLHttpRequest'), 'open', 'XMLHttpRequest.open'],
    [global, 'fetch', 'fetch'],
  ]
  return ways.filter((way): way is WayOut => way[0] !== undefined)
}
