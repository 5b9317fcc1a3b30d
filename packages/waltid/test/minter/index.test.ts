import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fault } from '@valetkey/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { waltid, type WaltidMinterOptions } from '../../src/minter/index.ts'
import { keysIn, minterAt, rejectionOf, startedSandbox } from '../world.ts'
import { recorded, requestFor } from './stage.ts'

async function serverThat(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ASSIGN = '/v1/acme.browser/roles-api/*'

interface Mishap {
  of: string
  fault?: Fault
  options?: Partial<WaltidMinterOptions>
  code: string
  says: RegExp
}

describe('waltid()', () => {
  it('sends whole seconds, rounded down, and says that very end', async () => {
    const sandbox = await startedSandbox()
    const { fetch: send, sent } = recorded()
    const now = Date.now()
    const minter = minterAt(sandbox, { fetch: send, clock: { now: () => now } })
    for (const lifetimeMs of [1_000, 1_999, 59_999.9, 900_000, 9_000_000]) {
      const { expiresAt } = await minter.mint(requestFor({ lifetimeMs }))
      const { expiration } = JSON.parse(sent.at(-2)?.body ?? '')
      const seconds = Math.floor(Math.min(lifetimeMs, 900_000) / 1000)
      expect([expiration, expiresAt]).toEqual([`${seconds}s`, now + seconds * 1000])
    }
    const none = minter.mint(requestFor({ lifetimeMs: 999 }))
    expect(await rejectionOf(none)).toMatchObject({ code: 'invalid_target' })
  })

  it('takes lifetimes as seconds or as walt.id writes them', () => {
    const place = {
      orgBaseUrl: 'https://acme.walt.example',
      organization: 'acme',
      token: 'x'.repeat(9),
      roleId: 'r',
    }
    const limitOf = (lifetime: number | string) =>
      waltid({ ...place, lifetime }).limits.maxLifetimeMs
    expect(['1d 12h', 'P1DT2H3M4.058S', 90.5, '30d'].map(limitOf)).toEqual([
      129_600_000, 93_784_000, 90_000, 2_592_000_000,
    ])
    for (const lifetime of ['1w', '15 m', 'P1M', 'Infinity', '-5h', '0s', '999ms', 0, Number.NaN])
      expect(() => limitOf(lifetime)).toThrow('lifetime')
  })

  it('gives no token whose role could not be assigned, and deletes the key where it may', async () => {
    const sandbox = await startedSandbox()
    const { waltidControl: control } = sandbox
    control.fault({ status: 500, path: ASSIGN, times: 1 })
    const kept = minterAt(sandbox)
    expect(await rejectionOf(kept.mint(requestFor()))).toMatchObject({
      code: 'temporarily_unavailable',
    })
    expect(await keysIn(sandbox)).toHaveLength(1)
    // Assigned, but the answer was lost: the key could be used, if anybody had it.
    for (const when of ['before', 'after'] as const) {
      control.fault({ drop: true, path: ASSIGN, times: 1, when })
      const error = await rejectionOf(minterAt(sandbox, { delete: true }).mint(requestFor()))
      expect(error).toMatchObject({ code: 'temporarily_unavailable' })
    }
    expect(await keysIn(sandbox)).toHaveLength(1)
  })

  it('leaves no key that opens anything, whether it may delete or not', async () => {
    const sandbox = await startedSandbox()
    const { orgBaseUrl, wallet } = sandbox.waltid
    const opens = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` }
      const url = `${orgBaseUrl}/v2/${wallet}/wallet-service-api/keys`
      return (await fetch(url, { headers })).status
    }
    const statuses: number[] = []
    for (const mayDelete of [false, true]) {
      const { fetch: send, answers } = recorded()
      sandbox.waltidControl.fault({ status: 500, path: ASSIGN, times: 1 })
      const minter = minterAt(sandbox, { fetch: send, delete: mayDelete })
      await rejectionOf(minter.mint(requestFor()))
      const [created = ''] = await answers()
      statuses.push(await opens(JSON.parse(created).token))
    }
    // Without a role it may nothing, and once deleted it is nobody.
    expect(statuses).toEqual([403, 401])
    const { fetch: send, answers } = recorded()
    await minterAt(sandbox, { fetch: send }).mint(requestFor())
    const [created = ''] = await answers()
    expect(await opens(JSON.parse(created).token)).toBe(200)
    console.info(`walt.id: after a failed assignment the key's token gets ${statuses.join(', ')}`)
  })

  it('deletes the key when the deadline passes during the assignment', async () => {
    const sandbox = await startedSandbox()
    sandbox.waltidControl.fault({ delayMs: 60_000, path: ASSIGN, times: 1 })
    const deadline = new AbortController()
    const minting = minterAt(sandbox, { delete: true }).mint(
      requestFor({ signal: deadline.signal }),
    )
    await expect.poll(() => sandbox.waltidControl.faults().rules).toHaveLength(0)
    deadline.abort()
    expect(await rejectionOf(minting)).toMatchObject({ code: 'upstream_timeout' })
    expect(await keysIn(sandbox)).toEqual([])
  })

  it.each<Mishap>([
    {
      of: 'a wrong token',
      options: { token: 'wrong-token' },
      code: 'upstream_auth',
      says: /401 .*admin token is wrong/,
    },
    {
      of: 'an unknown role',
      options: { roleId: 'nobody' },
      code: 'upstream_auth',
      says: /404 .*role of roleId/,
    },
    {
      of: 'a missing right',
      fault: { status: 403 },
      code: 'upstream_auth',
      says: /403 .*create-apikey/,
    },
    {
      of: 'an id that is taken',
      fault: { status: 409 },
      code: 'temporarily_unavailable',
      says: /409 .*taken/,
    },
    {
      of: 'an inactive license',
      fault: { status: 503 },
      code: 'temporarily_unavailable',
      says: /not active; renew/,
    },
    { of: 'too many keys', fault: { status: 429 }, code: 'temporarily_unavailable', says: /429/ },
    {
      of: 'text in place of JSON',
      fault: { body: 'html' },
      code: 'upstream_invalid',
      says: /not JSON; check orgBaseUrl/,
    },
    {
      of: 'half an answer',
      fault: { body: 'truncated' },
      code: 'temporarily_unavailable',
      says: /broke off/,
    },
    {
      of: 'a gateway',
      fault: { status: 403, body: 'html' },
      code: 'upstream_invalid',
      says: /not of walt\.id/,
    },
  ])('names what to mend: $of', async ({ fault, options = {}, code, says }) => {
    const sandbox = await startedSandbox()
    if (fault) sandbox.waltidControl.fault(fault)
    const error = await rejectionOf(minterAt(sandbox, options).mint(requestFor()))
    expect(error).toMatchObject({ name: 'MintError', code, message: expect.stringMatching(says) })
    expect(String(error)).not.toMatch(/eyJ|Unauthorized|<h1>/)
  })

  it('refuses, and deletes, a key that walt.id lets live longer than was asked for', async () => {
    const sandbox = await startedSandbox()
    // Its clock is ahead, so that it says a later end.
    sandbox.waltidControl.fault({ clockOffsetMs: 600_000 })
    const minter = minterAt(sandbox, { view: true, delete: true })
    expect(await rejectionOf(minter.mint(requestFor()))).toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringContaining('where 900 s were asked for'),
    })
    expect(await keysIn(sandbox)).toEqual([])
  })

  it('refuses a key of which a look shows no end, and one whose token lives too long', async () => {
    const claims = { sub: 's', exp: Math.floor(Date.now() / 1000) + 86_400 }
    const token = (content: object) =>
      `eyJhbGciOiJFZERTQSJ9.${Buffer.from(JSON.stringify(content)).toString('base64url')}.c2ln`
    const answering = (content: object) =>
      serverThat((_, outgoing) =>
        outgoing.setHeader('content-type', 'application/json').end(JSON.stringify(content)),
      )
    const place = { organization: 'acme', token: 'some-token', roleId: 'r', lifetime: 900 }
    const endless = await answering({ _id: 'acme.k', token: token({ sub: 's' }) })
    const viewed = waltid({ ...place, orgBaseUrl: endless, view: true })
    expect(await rejectionOf(viewed.mint(requestFor()))).toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringContaining('might live for ever'),
    })
    const long = waltid({ ...place, orgBaseUrl: await answering({ token: token(claims) }) })
    expect(await rejectionOf(long.mint(requestFor()))).toMatchObject({ code: 'upstream_invalid' })
  })

  it('gives a key the roles of its scope alone', async () => {
    const sandbox = await startedSandbox()
    const { fetch: send, sent } = recorded()
    const minter = minterAt(sandbox, { roleId: ['browser', 'admin'], fetch: send })
    const { scope } = await minter.mint(requestFor({ scope: 'role:browser' }))
    expect(scope).toBe('role:browser')
    const assigned = sent.filter(({ url }) => url.endsWith('/assign')).map(({ url }) => url)
    expect(assigned).toEqual([expect.stringContaining('/v1/acme.browser/')])
    for (const wrong of ['role:other', 'browser', 'role:browser other'])
      expect(await rejectionOf(minter.mint(requestFor({ scope: wrong })))).toMatchObject({
        code: 'invalid_target',
      })
  })

  it('takes a key back where it may delete', async () => {
    const sandbox = await startedSandbox()
    const minter = minterAt(sandbox, { delete: true })
    const { signal } = requestFor()
    const minted = await minter.mint(requestFor())
    expect(await keysIn(sandbox)).toEqual([minted.id])
    await minter.revoke?.(minted, { signal })
    expect(await keysIn(sandbox)).toEqual([])
    await minter.revoke?.(minted, { signal })
    expect(minterAt(sandbox)).not.toHaveProperty('revoke')
  })

  it('names every fault of its options at once, and no secret', () => {
    const options = {
      orgBaseUrl: 'http://walt.example',
      organization: 'acme.tenant',
      token: 'secret-token',
      login: { email: 'a', password: 'secret-password' },
      roleId: [],
      keyIdPrefix: 'a.b',
      createPath: '/v1/fixed',
      view: { method: 'STARE' },
      lifetme: 900,
    }
    const make = () => waltid(options as unknown as WaltidMinterOptions)
    for (const field of [
      'orgBaseUrl',
      'organization',
      'login',
      'roleId',
      'lifetime',
      'keyIdPrefix',
      'createPath',
      'view.method',
      'lifetme',
    ])
      expect(make).toThrow(field)
    expect(make).not.toThrow(/secret-/)
  })
})
