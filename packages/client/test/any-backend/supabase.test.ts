import { createClient } from '@supabase/supabase-js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fromCallback } from '../../src/from-callback.ts'
import { createTokenClient } from '../../src/index.ts'
import { serveBearerBroker, serveVault } from './house.ts'

const API_KEY = 'public-key'

describe('Supabase’s accessToken', () => {
  it('is fed by tokenGetter: every query carries the token of the moment', async () => {
    const house = await serveBearerBroker(async (login) => ({ subject: login, login }))
    const client = createTokenClient(house.url, {
      headers: () => ({ Authorization: 'Bearer ada' }),
    })
    onTestFinished(() => client.dispose())
    const supabase = createClient(house.vault.url, API_KEY, {
      accessToken: client.tokenGetter('cards'),
    })
    const { data, error } = await supabase.from('notes').select('id')
    expect(error).toBeNull()
    expect(data).toEqual([{ path: '/rest/v1/notes?select=id', body: '' }])
    client.invalidate('cards')
    await supabase.from('notes').insert({ text: 'x' })
    expect(house.vault.seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer test.cards.1',
      'Bearer test.cards.2',
    ])
  })

  it('makes no query without a token: the error is the client’s own', async () => {
    // The SDK asks for a token at once, and says so when there is none.
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    const house = await serveBearerBroker(async () => null)
    const client = createTokenClient(house.url, {
      headers: () => ({ Authorization: 'Bearer ada' }),
    })
    onTestFinished(() => client.dispose())
    const accessToken = client.tokenGetter('cards')
    const supabase = createClient(house.vault.url, API_KEY, { accessToken })
    const { error } = await supabase.from('notes').select('id').retry(false)
    expect(error?.message).toContain('invalid_session')
    expect(house.vault.seen).toEqual([])
  })
})

describe('a login’s own token, by fromCallback', () => {
  it('goes to the listed origin, once asked for however many calls there are', async () => {
    const api = await serveVault()
    let asked = 0
    const login = async () => {
      asked += 1
      return `opaque-${asked}`
    }
    const client = createTokenClient(fromCallback(login, { lifetimeMs: 60_000 }), {
      origins: { api: [api.url] },
    })
    onTestFinished(() => client.dispose())
    const call = client.fetchFor('api')
    await Promise.all([1, 2, 3].map((id) => call(`${api.url}/v1/${id}`)))
    api.revoke('opaque-1')
    expect((await call(`${api.url}/v1/4`)).status).toBe(200)
    expect(asked).toBe(2)
  })
})
