/** Both systems in both deliveries, through the demo's broker, over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCHEMA_ID } from '../server/schema-id.ts'
import type { SessionView } from '../server/session-view.ts'
import type { RunningDemo } from '../server/start-demo.ts'
import { type Browser, openBrowser, startBareDemo } from './demo-client.ts'

interface Item {
  audience: string
  access_token?: string
  error?: string
  resource: string
}

const PATIENT = { name: 'Maya Lindqvist', ssn: '219-09-9999', email: 'maya@lindqvist.example' }

let demo: RunningDemo
let browser: Browser

beforeAll(async () => {
  demo = await startBareDemo({ cors: 'vendor' })
})
afterAll(() => demo.close())
beforeEach(() => {
  browser = openBrowser(demo)
})

async function itemsOf(...audiences: string[]): Promise<Item[]> {
  return (await (await browser.tokens(...audiences)).json()).tokens
}

function proxied(audience: string, path: string, init: RequestInit = {}): Promise<Response> {
  return browser.send(`/api/broker/proxy/${encodeURIComponent(audience)}/${path}`, {
    ...init,
    headers: { 'x-valet-key': '1' },
  })
}

const post = (body: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })
const tableOf = ({ patients }: SessionView) => `v1/vaults/${patients.vaultId}/${patients.table}`

async function readBack(view: SessionView, id: string): Promise<string> {
  const path = `${tableOf(view)}?skyflow_ids=${id}&redaction=PLAIN_TEXT`
  return (await proxied('patients-proxied', path)).text()
}

describe('one request', () => {
  it('brings all four tokens', async () => {
    await browser.signIn('ada')
    const items = await itemsOf('records', 'patients')
    expect(items).toHaveLength(4)
    for (const { access_token } of items) expect(access_token).toMatch(/^eyJ/)
  })

  it('brings those of the two whose CORS nobody knows, too, where the page asks for them', async () => {
    const { visits, wallet } = await browser.signIn('ada')
    const [visit, key] = await itemsOf('visits', 'wallet')
    expect(visit).toMatchObject({ resource: visits.url, access_token: expect.any(String) })
    expect(key).toMatchObject({ resource: wallet.url, access_token: expect.any(String) })
  })

  it('brings none of them where the broker keeps them', async () => {
    await browser.signIn('ada')
    const answer = await (await browser.tokens('records-proxied', 'patients-proxied')).text()
    expect(JSON.parse(answer).tokens).toHaveLength(4)
    expect(answer).not.toContain('access_token')
    expect(answer).not.toContain('eyJ')
  })

  it('brings the granted ones to who lacks another', async () => {
    await browser.signIn('ida')
    const response = await browser.tokens('records', 'patients')
    const body = await response.text()
    expect(body.match(/access_token/g)).toHaveLength(3)
    expect(body).toContain('invalid_target')
    expect((await browser.tokens('patients')).status).toBe(403)
    expect((await browser.tokens('patients-proxied')).status).toBe(403)
  })
})

describe('through the broker', () => {
  it('a patient is stored, and read as plain as the role allows', async () => {
    const view = await browser.signIn('ada')
    const records = [{ fields: PATIENT }]
    const stored = await proxied(
      'patients-proxied',
      tableOf(view),
      post({ records, tokenization: true }),
    )
    expect(stored.status).toBe(200)
    const id = (await stored.json()).records[0].skyflow_id
    expect(await readBack(view, id)).toContain(PATIENT.ssn)

    const masked = await readBack(await browser.signIn('ben'), id)
    expect(masked).toContain('9999')
    expect(masked).not.toContain(PATIENT.ssn)

    await browser.signIn('eve')
    expect((await proxied('patients-proxied', `${tableOf(view)}?skyflow_ids=${id}`)).status).toBe(
      403,
    )
  })

  it('a node is read, and only by who may', async () => {
    const { nodes } = await browser.signIn('ben')
    const read = post({ schema: SCHEMA_ID, filter: {} })
    const statuses = await Promise.all(
      nodes.map(async ({ did }) => {
        const response = await proxied(`records-proxied/${did}`, 'api/v1/data/read', read)
        return response.status
      }),
    )
    expect(statuses).toEqual([403, 200, 403])
  })

  it('a visit is written by who may, and read by who may only read', async () => {
    const { visits } = await browser.signIn('ada')
    const key = `buckets/${visits.bucket}/keys/visit-1`
    expect((await proxied('visits-proxied', key, post({ who: 'Maya' }))).status).toBe(200)
    await browser.signIn('ben')
    expect(await (await proxied('visits-proxied', key)).json()).toEqual({ who: 'Maya' })
    // The broker lets it through; the access key of the role may not.
    const refused = await proxied('visits-proxied', key, post({ who: 'Ben' }))
    expect(refused.headers.has('x-valet-key')).toBe(false)
    expect(refused.status).toBe(403)
    await browser.signIn('eve')
    expect((await proxied('visits-proxied', key)).status).toBe(403)
  })

  it('one API key at walt.id serves every login, and none outlives its own', async () => {
    const { wallet } = await browser.signIn('ada')
    const path = `v2/${wallet.wallet}/wallet-service-api/keys`
    const logins = [browser, openBrowser(demo), openBrowser(demo)]
    for (const login of logins) {
      await login.signIn('ida')
      const headers = { 'x-valet-key': '1' }
      const answer = await login.send(`/api/broker/proxy/wallet-proxied/${path}`, { headers })
      expect(await answer.json()).toContainEqual(expect.objectContaining({ keyId: 'holder-1' }))
    }
    // Besides the one for pages that hold it themselves.
    const stats = await (await browser.send('/api/demo/stats')).json()
    expect(stats.walletKeysForAll).toBe(2)
    const { expires_in } = (await (await browser.tokens('wallet-proxied')).json()).tokens[0]
    expect(expires_in).toBeGreaterThan(7.9 * 3600)
    expect(expires_in).toBeLessThanOrEqual(8 * 3600)
  })

  it('nothing goes but what the page does', async () => {
    const view = await browser.signIn('ada')
    const node = `records-proxied/${view.nodes[0]!.did}`
    const refused = [
      proxied(node, 'api/v1/schemas'),
      proxied(node, 'api/v1/data/flush', post({ schema: SCHEMA_ID })),
      proxied('patients-proxied', tableOf(view), { method: 'DELETE' }),
      proxied('patients-proxied', tableOf(view), { method: 'PUT' }),
      proxied('patients-proxied', `v1/vaults/another/${view.patients.table}`),
    ]
    // 405 for a method that nothing is forwarded with.
    const statuses = (await Promise.all(refused)).map(({ status }) => status)
    expect(statuses).toEqual([403, 403, 403, 405, 403])
  })
})
