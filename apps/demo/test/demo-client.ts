/** A demo in this process, with a browser's manners: same-origin headers, a cookie jar. */
import { getRequestListener } from '@hono/node-server'
import { type RunningDemo, startDemo } from '../server/start-demo.ts'
import type { SessionView } from '../server/session-view.ts'
import type { DemoConfig } from '../server/config.ts'

const CONFIG: DemoConfig = {
  host: '127.0.0.1',
  port: 0,
  isPortChosen: true,
  clusterFile: undefined,
  skyflowFile: undefined,
  cors: 'open',
  allowFullAuthority: false,
}

/** Starts a demo without a page on a free port. */
export function startBareDemo(config: Partial<DemoConfig> = {}): Promise<RunningDemo> {
  return startDemo({ ...CONFIG, ...config }, ({ api }) => {
    const answer = getRequestListener(api.fetch)
    return (request, response) => void answer(request, response)
  })
}

export interface Browser {
  send(path: string, init?: RequestInit): Promise<Response>
  signIn(user: string): Promise<SessionView>
  tokens(...audiences: string[]): Promise<Response>
  /** Another browser that has got hold of this one's cookie. */
  copy(): Browser
}

/** A browser that has the demo's page open. */
export function openBrowser(demo: RunningDemo, cookieAtFirst = ''): Browser {
  const origin = `http://127.0.0.1:${demo.port}`
  let cookie = cookieAtFirst

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ origin, 'sec-fetch-site': 'same-origin', cookie })
    if (init.body) headers.set('content-type', 'application/json')
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value)
    const response = await fetch(`${origin}${path}`, { ...init, headers })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return response
  }

  return {
    send,
    async signIn(user) {
      const response = await send('/api/demo/session', {
        method: 'POST',
        body: JSON.stringify({ user }),
      })
      return response.json()
    },
    tokens: (...audiences) =>
      send('/api/broker/tokens', {
        method: 'POST',
        headers: { 'x-valet-key': '1' },
        body: JSON.stringify({
          tokens: audiences.map((audience, index) => ({ id: String(index), audience })),
        }),
      }),
    copy: () => openBrowser(demo, cookie),
  }
}
