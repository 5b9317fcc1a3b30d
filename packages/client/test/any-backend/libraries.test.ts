import ky from 'ky'
import createClient from 'openapi-fetch'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTokenClient, type TokenClient } from '../../src/index.ts'
import { type BrokerHouse, serveBearerBroker } from './house.ts'

/** What a generator makes of the vault's OpenAPI document. */
interface paths {
  '/v1/cards/{id}': {
    get: {
      parameters: { path: { id: string } }
      responses: { 200: { content: { 'application/json': { path: string; body: string }[] } } }
    }
    put: {
      parameters: { path: { id: string } }
      requestBody: { content: { 'application/json': { pan: string } } }
      responses: { 200: { content: { 'application/json': { path: string; body: string }[] } } }
    }
  }
}

async function setup(): Promise<BrokerHouse & { client: TokenClient; fetch: typeof fetch }> {
  const house = await serveBearerBroker(async (login) => ({ subject: login, login }))
  const client = createTokenClient(house.url, { headers: () => ({ Authorization: 'Bearer ada' }) })
  onTestFinished(() => client.dispose())
  return { ...house, client, fetch: client.fetchFor('cards') }
}

const tokensOf = ({ vault }: BrokerHouse) =>
  vault.seen.map(({ authorization }) => authorization?.split('.').at(-1))

describe('openapi-fetch on fetchFor', () => {
  it('calls the vault with the token, typed by its document', async () => {
    const house = await setup()
    const api = createClient<paths>({ baseUrl: house.vault.url, fetch: house.fetch })
    const { data } = await api.GET('/v1/cards/{id}', { params: { path: { id: '7' } } })
    expect(data?.[0]?.path).toBe('/v1/cards/7')
    expect(tokensOf(house)).toEqual(['1'])
  })

  it('has a body sent again after a 401', async () => {
    const house = await setup()
    house.vault.revoke((await house.client.getToken('cards')).value)
    const api = createClient<paths>({ baseUrl: house.vault.url, fetch: house.fetch })
    const body = { pan: '4111' }
    const { response } = await api.PUT('/v1/cards/{id}', { params: { path: { id: '7' } }, body })
    expect(response.status).toBe(200)
    expect(house.vault.seen.map((one) => one.body)).toEqual(['{"pan":"4111"}', '{"pan":"4111"}'])
    expect(tokensOf(house)).toEqual(['1', '2'])
  })

  it('sends nothing to another origin', async () => {
    const house = await setup()
    const api = createClient<paths>({ baseUrl: 'https://evil.example', fetch: house.fetch })
    const call = api.GET('/v1/cards/{id}', { params: { path: { id: '7' } } })
    await expect(call).rejects.toMatchObject({ code: 'origin_not_allowed' })
    expect(house.vault.seen).toEqual([])
  })
})

describe('ky on fetchFor', () => {
  it('calls the vault with the token', async () => {
    const house = await setup()
    const api = ky.create({ prefix: house.vault.url, fetch: house.fetch })
    const [first] = await api.get('v1/cards/7').json<{ path: string }[]>()
    expect(first?.path).toBe('/v1/cards/7')
    expect(tokensOf(house)).toEqual(['1'])
  })

  it('has a body sent again after a 401, and counts no retry of its own', async () => {
    const house = await setup()
    house.vault.revoke((await house.client.getToken('cards')).value)
    const retries: number[] = []
    const api = ky.create({
      prefix: house.vault.url,
      fetch: house.fetch,
      hooks: { beforeRetry: [({ retryCount }) => void retries.push(retryCount)] },
    })
    expect((await api.post('v1/cards', { json: { pan: '4111' } })).status).toBe(200)
    expect(house.vault.seen.map(({ body }) => body)).toEqual(['{"pan":"4111"}', '{"pan":"4111"}'])
    expect(retries).toEqual([])
  })

  it('takes a TokenError as it is, and tries a wrong origin once', async () => {
    const house = await setup()
    const api = ky.create({ prefix: 'https://evil.example', fetch: house.fetch })
    await expect(api.get('v1')).rejects.toMatchObject({ code: 'origin_not_allowed' })
    expect(house.client.events().filter(({ type }) => type === 'request')).toHaveLength(1)
  })
})
