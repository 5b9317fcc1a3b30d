import { afterEach, describe, expect, it, vi } from 'vitest'
import { codeOf, isBroker, SECOND, stage } from './stage.ts'

const CARDS = 'https://cards.vault.example'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a Request given to fetchFor', () => {
  it.each(['https://evil.example/', 'http://cards.vault.example/', 'https://mail.vault.example/x'])(
    'goes to its audience’s vault or nowhere: %s',
    async (url) => {
      const { client, vault } = stage()
      expect(await codeOf(client.fetchFor('cards')(new Request(url)))).toBe('origin_not_allowed')
      expect(vault.calls).toEqual([])
    },
  )

  it('is sent with the headers given beside it, as fetch does', async () => {
    const { client, vault } = stage()
    const request = new Request(`${CARDS}/x`, { headers: { 'X-Own': 'one' } })
    await client.fetchFor('cards')(request, { headers: { 'X-Own': 'two' } })
    await client.fetchFor('cards')(request)
    const own = vault.calls.map(({ init }) => new Headers(init.headers).get('X-Own'))
    expect(own).toEqual(['two', 'one'])
  })

  it('is given up by its own signal while the token is on its way', async () => {
    const { client, clock } = stage({}, { latencyMs: 100 })
    const leaving = new AbortController()
    const code = codeOf(
      client.fetchFor('cards')(new Request(`${CARDS}/x`, { signal: leaving.signal })),
    )
    await clock.advance(50)
    leaving.abort()
    await clock.advance(0)
    expect(await code).toBe('AbortError')
  })

  it.each<[string, RequestInit, RequestInit | undefined]>([
    ['without a body', {}, undefined],
    ['whose body is given beside it', { method: 'POST', body: 'a' }, { body: 'b' }],
  ])('is not copied %s', async (_, init, beside) => {
    const { client, vault } = stage()
    const request = new Request(`${CARDS}/x`, init)
    const clone = vi.spyOn(Request.prototype, 'clone')
    await client.fetchFor('cards')(request, beside)
    expect(clone).not.toHaveBeenCalled()
    expect(vault.calls).toHaveLength(1)
  })

  it('asks for no token if the user changes while its body is read', async () => {
    const { client, broker } = stage()
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        client.reset('bob')
        controller.close()
      },
    })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    const code = codeOf(client.fetchFor('cards')(new Request(`${CARDS}/x`, init)))
    expect(await code).toBe('identity_changed')
    expect(broker.requests()).toEqual([])
  })
})

describe('a call with a token', () => {
  it('carries nothing that is meant for the broker', async () => {
    const { client, vault } = stage({
      headers: () => ({ 'X-Login': 'app', Authorization: 'App 1' }),
    })
    await client.fetchFor('cards')('/x')
    const headers = new Headers(vault.calls[0]?.init.headers)
    expect(Object.fromEntries(headers)).toEqual({ authorization: 'Bearer canary-1-cards' })
  })

  it('goes to no address with a name or a password in it', async () => {
    const { client, vault } = stage()
    for (const who of ['user', ':pass', 'user:pass'])
      expect(await codeOf(client.fetchFor('cards')(`https://${who}@cards.vault.example/`))).toBe(
        'origin_not_allowed',
      )
    expect(vault.calls).toEqual([])
  })

  it('lets go of the answer that it does not hand out', async () => {
    let cancelled = 0
    const scene = stage({
      fetch: (input, init) => {
        if (isBroker(input)) return scene.broker.fetch(input, init)
        const refused = new Headers(init?.headers).get('Authorization') === 'Bearer canary-1-cards'
        const body = new ReadableStream({
          cancel: () => {
            cancelled += 1
          },
        })
        return Promise.resolve(new Response(refused ? body : 'ok', { status: refused ? 401 : 200 }))
      },
    })
    expect((await scene.client.fetchFor('cards')('/x')).status).toBe(200)
    expect(cancelled).toBe(1)
  })

  it('is renewed for the next refusal too, after one that a new token mended', async () => {
    const { client, broker, vault, clock } = stage({}, { lifetimeSeconds: 3_600 })
    for (let n = 0; n < 3; n += 1) {
      vault.revoke((await client.getToken('cards')).value)
      expect((await client.fetchFor('cards')('/x')).status).toBe(200)
      await clock.advance(11 * SECOND)
    }
    expect(broker.mints()).toBe(4)
  })

  it('through the broker carries the app’s cookies, of its own origin', async () => {
    const sent: RequestInit[] = []
    const scene = stage({
      fetch: (input, init = {}) => {
        if (new Request(input).url.endsWith('/tokens')) return scene.broker.fetch(input, init)
        sent.push(init)
        return Promise.resolve(new Response('ok'))
      },
    })
    const item = { id: '0', audience: 'cards', delivery: 'proxy', expires_in: 300 }
    const body = { server_time: 1, tokens: [{ ...item, resource: 'proxy/cards/' }] }
    scene.broker.answerNext(200, JSON.stringify(body))
    await scene.client.fetchFor('cards')('/x')
    expect(sent[0]).toMatchObject({ credentials: 'same-origin', redirect: 'error' })
  })
})
