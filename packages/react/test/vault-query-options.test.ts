import { dehydrate, QueryClient, QueryObserver } from '@tanstack/react-query'
import { createTokenClient } from '@valetkey/client'
import { createFakeBroker, createManualClock } from '@valetkey/client/testing'
import { expect, it, onTestFinished } from 'vitest'
import { vaultQueryKey, vaultQueryOptions } from '../src/query.ts'

function setup() {
  const clock = createManualClock()
  const broker = createFakeBroker({ clock, audiences: { cards: {} } })
  const client = createTokenClient('https://app.example/api/broker', { clock, fetch: broker.fetch })
  const queryClient = new QueryClient()
  onTestFinished(() => {
    client.dispose()
    queryClient.clear()
  })
  return { client, queryClient }
}

it('serves a loader, under the key that vaultQueryKey names', async () => {
  const { client, queryClient } = setup()
  client.reset('alice')
  const card = vaultQueryOptions(client, {
    queryKey: ['card', '1'],
    gcTime: 10_000,
    queryFn: async ({ queryKey: [, id] }) => ({
      id,
      for: (await client.getToken('cards')).audience,
    }),
  })
  expect(await queryClient.query(card)).toEqual({ id: '1', for: 'cards' })
  expect(card.queryKey).toEqual(['valetkey', 'alice', 'card', '1'])
  expect(queryClient.getQueryData(vaultQueryKey(client, ['card', '1']))).toEqual({
    id: '1',
    for: 'cards',
  })
})

it('teaches the QueryClient to leave vault data out of dehydrate before there is any', async () => {
  const { client, queryClient } = setup()
  const options = vaultQueryOptions(client, {
    queryKey: ['card'],
    gcTime: 10_000,
    queryFn: () => '4242',
  })
  await queryClient.query(options)
  expect(queryClient.getQueryData(options.queryKey)).toBe('4242')
  expect(dehydrate(queryClient).queries).toEqual([])
})

it('does not keep data unless told to', async () => {
  const { client, queryClient } = setup()
  const options = vaultQueryOptions(client, { queryKey: ['card'], queryFn: () => '4242' })
  expect(options.gcTime).toBe(0)
  expect(
    vaultQueryOptions(client, { ...options, queryKey: ['card'], queryFn: () => '' }).meta,
  ).toEqual({ persist: false })
  await queryClient.query(options)
  await new Promise((resolve) => setTimeout(resolve))
  expect(queryClient.getQueryCache().getAll()).toEqual([])
})

it('asks nothing on behalf of somebody who has left', async () => {
  const { client, queryClient } = setup()
  client.reset('alice')
  let asked = 0
  const options = vaultQueryOptions(client, {
    queryKey: ['card'],
    queryFn: () => {
      asked += 1
      return '4242'
    },
  })
  client.reset('bob')
  await expect(queryClient.query(options)).rejects.toMatchObject({ code: 'identity_changed' })
  expect(asked).toBe(0)
})

it('brings nothing back for somebody who left meanwhile', async () => {
  const { client, queryClient } = setup()
  client.reset('alice')
  const options = vaultQueryOptions(client, {
    queryKey: ['card'],
    gcTime: 10_000,
    queryFn: () => {
      client.reset('bob')
      return '4242'
    },
  })
  await expect(queryClient.query(options)).rejects.toMatchObject({ code: 'identity_changed' })
  expect(queryClient.getQueryData(options.queryKey)).toBeUndefined()
})

it('leaves a call alone whose queryFn never asked for the signal, and aborts one that did', async () => {
  const { client, queryClient } = setup()
  const watch = (name: string, queryFn: (context: { signal: AbortSignal }) => Promise<string>) => {
    const options = vaultQueryOptions(client, { queryKey: [name], gcTime: 10_000, queryFn })
    const observer = new QueryObserver(queryClient, options)
    observer.subscribe(() => {})()
    return () => queryClient.getQueryState(options.queryKey)
  }
  const deaf = watch('deaf', async () => 'arrived')
  const keen = watch('keen', async ({ signal }) => String(signal.aborted))
  await new Promise((resolve) => setTimeout(resolve))
  expect(deaf()).toMatchObject({ status: 'success', data: 'arrived' })
  expect(keen()).toMatchObject({ status: 'pending', fetchStatus: 'idle' })
})
