/** The demo's server, whole: sandbox, broker, login, over HTTP. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@valetkey/sandbox'
import { ClusterConfigError } from '@valetkey/secretvault/minter'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCHEMA_ID } from '../server/schema-id.ts'
import type { RunningDemo } from '../server/start-demo.ts'
import { StartError } from '../server/start-error.ts'
import { type Browser, openBrowser, startBareDemo } from './demo-client.ts'

interface Answer {
  error?: string
  tokens: { audience: string; access_token: string; expires_in: number; resource: string }[]
}

let demo: RunningDemo
let browser: Browser

beforeAll(async () => {
  demo = await startBareDemo()
})
afterAll(() => demo.close())
beforeEach(() => {
  browser = openBrowser(demo)
})

const audienceOf = ({ did }: { did: string }) => `records/${did}`
const put = (body: unknown) => ({ method: 'PUT', body: JSON.stringify(body) })
const post = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body) })

describe('grants', () => {
  it('give Ada a token for each node, which the node takes, and no longer than her lifetime', async () => {
    const view = await browser.signIn('ada')
    const { tokens }: Answer = await (await browser.tokens('records')).json()
    expect(tokens.map(({ audience }) => audience)).toEqual(view.nodes.map(audienceOf))
    for (const { access_token, expires_in, resource } of tokens) {
      expect(expires_in).toBeGreaterThan(5)
      expect(expires_in).toBeLessThanOrEqual(10)
      const read = await fetch(`${resource}api/v1/data/read`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${access_token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ schema: SCHEMA_ID, filter: {} }),
      })
      expect(read.status).toBe(200)
    }
  })

  it('give Ben one node, and neither the group nor another node', async () => {
    const { nodes } = await browser.signIn('ben')
    expect(nodes.map(({ isGranted }) => isGranted)).toEqual([false, true, false])
    const [first, second] = nodes
    expect((await browser.tokens(audienceOf(second!))).status).toBe(200)
    for (const audience of ['records', audienceOf(first!)]) {
      const refused = await browser.tokens(audience)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ error: 'invalid_target' })
    }
  })

  it('give Eve nothing', async () => {
    const { nodes } = await browser.signIn('eve')
    for (const audience of ['records', ...nodes.map(audienceOf)])
      expect((await browser.tokens(audience)).status).toBe(403)
  })

  it('end with the session', async () => {
    await browser.signIn('ada')
    const copy = browser.copy()
    expect((await copy.tokens('records')).status).toBe(200)
    await browser.send('/api/demo/session', { method: 'DELETE' })
    expect((await browser.tokens('records')).status).toBe(401)
    expect((await copy.tokens('records')).status).toBe(401)
  })
})

describe('the session', () => {
  it('of strangers is nobody, and says what the page needs to greet them', async () => {
    const view = await (await browser.send('/api/demo/session')).json()
    expect(view).toMatchObject({ user: null, isEmulated: true })
    expect(view.users).toHaveLength(4)
    expect(view.nodes.every((node: { isGranted: boolean }) => !node.isGranted)).toBe(true)
  })

  it('is another after each sign-in, and the former one is over', async () => {
    await browser.signIn('ada')
    const former = browser.copy()
    const response = await browser.send('/api/demo/session', post({ user: 'ada' }))
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
    expect((await browser.send('/api/demo/stats')).status).toBe(200)
    expect((await former.send('/api/demo/stats')).status).toBe(401)
  })

  it('is not begun, changed or ended by a stranger’s page', async () => {
    await browser.signIn('ada')
    const stranger = { origin: 'https://stranger.example', 'sec-fetch-site': 'cross-site' }
    const tries: [string, RequestInit][] = [
      ['/api/demo/session', { ...post({ user: 'eve' }), headers: stranger }],
      ['/api/demo/session', { method: 'DELETE', headers: stranger }],
      ['/api/demo/lifetime', { ...put({ lifetimeMs: 300_000 }), headers: stranger }],
      ['/api/demo/faults', { ...post({}), headers: stranger }],
    ]
    for (const [path, init] of tries) expect((await browser.send(path, init)).status).toBe(403)
    const view = await (await browser.send('/api/demo/session')).json()
    expect(view).toMatchObject({ user: { id: 'ada' }, lifetimeMs: 10_000 })
  })

  it.each([9_999, 300_001, 10_000.5, '20000', null])(
    'takes no lifetime of %j',
    async (lifetimeMs) => {
      await browser.signIn('ada')
      expect((await browser.send('/api/demo/lifetime', put({ lifetimeMs }))).status).toBe(400)
    },
  )

  it('bounds the tokens by the lifetime it was given', async () => {
    await browser.signIn('ada')
    await browser.send('/api/demo/lifetime', put({ lifetimeMs: 120_000 }))
    const { tokens }: Answer = await (await browser.tokens('records')).json()
    for (const { expires_in } of tokens) {
      expect(expires_in).toBeGreaterThan(90)
      expect(expires_in).toBeLessThanOrEqual(120)
    }
  })

  it('takes no body beyond 4 KiB, and none that is no JSON object', async () => {
    const large = post({ user: 'ada', padding: 'x'.repeat(5000) })
    expect((await browser.send('/api/demo/session', large)).status).toBe(413)
    for (const body of ['', '[]', '"ada"', '{', 'null'])
      expect((await browser.send('/api/demo/session', { method: 'POST', body })).status).toBe(400)
  })
})

describe('faults', () => {
  it('are for Ada alone', async () => {
    const { nodes } = await browser.signIn('ben')
    const fault = post({ vault: nodes[1]!.did, fault: 'down' })
    expect((await browser.send('/api/demo/faults', fault)).status).toBe(403)
  })

  it('take a node down and bring it back', async () => {
    const { nodes } = await browser.signIn('ada')
    const { did, url } = nodes[2]!
    const down = await browser.send('/api/demo/faults', post({ vault: did, fault: 'down' }))
    expect((await down.json()).nodes[2].isDown).toBe(true)
    await expect(fetch(`${url}health`)).rejects.toThrow('fetch failed')
    await browser.send('/api/demo/faults', post({ vault: did, fault: 'up' }))
    expect((await fetch(`${url}health`)).status).toBe(200)
  })

  it('make a node refuse the tokens it was minted', async () => {
    await browser.signIn('ada')
    const { tokens }: Answer = await (await browser.tokens('records')).json()
    const [token] = tokens
    const node = token!.audience.replace('records/', '')
    await browser.send('/api/demo/faults', post({ vault: node, fault: 'revoke' }))
    const read = await fetch(`${token!.resource}api/v1/schemas`, {
      headers: { authorization: `Bearer ${token!.access_token}` },
    })
    expect(read.status).toBe(401)
  })
})

describe('a cluster file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'valetkey-demo-'))
  const file = (content: unknown) => {
    const path = join(folder, 'cluster.json')
    writeFileSync(path, JSON.stringify(content))
    return path
  }

  it('is served like the sandbox, without the failure bench', async () => {
    const sandbox = await startSandbox()
    const { secretKey, orgDid, nodes } = sandbox.secretvault
    const own = await startBareDemo({
      clusterFile: file({ orgCredentials: { secretKey, orgDid }, nodes }),
    })
    const { isEmulated, nodes: shown } = await openBrowser(own).signIn('ada')
    expect(isEmulated).toBe(false)
    expect(shown.map(({ did }) => did)).toEqual(nodes.map(({ did }) => did))
    await own.close()
    await sandbox.close()
  })

  it('that is wrong stops the start, naming file and field, not the secret', async () => {
    const secretKey = `not hex, but secret ${'5'.repeat(50)}`
    const clusterFile = file({ orgCredentials: { secretKey, orgDid: 'x' }, nodes: [] })
    const failure = await startBareDemo({ clusterFile }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ClusterConfigError)
    expect(String(failure)).toContain(clusterFile)
    expect(String(failure)).toContain('secretKey')
    expect(String(failure)).not.toContain('5555')
  })

  it('whose node is silent stops the start, naming the node', async () => {
    const sandbox = await startSandbox()
    await sandbox.close()
    const { secretKey, orgDid, nodes } = sandbox.secretvault
    const clusterFile = file({ secretKey, orgDid, nodes })
    const failure = await startBareDemo({ clusterFile }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(StartError)
    expect(String(failure)).toContain('cannot be reached')
  })

  it('of real nodes is not opened to a whole network by the way', async () => {
    const sandbox = await startSandbox({ seed: 'network' })
    const { secretKey, orgDid, nodes } = sandbox.secretvault
    await sandbox.close()
    const real = nodes.map(({ did }, index) => ({ did, url: `https://node-${index}.invalid/` }))
    const clusterFile = file({ secretKey, orgDid, nodes: real })
    await expect(startBareDemo({ clusterFile, host: '0.0.0.0' })).rejects.toThrow(
      'VALETKEY_ALLOW_FULL_AUTHORITY=1',
    )
  })
})
