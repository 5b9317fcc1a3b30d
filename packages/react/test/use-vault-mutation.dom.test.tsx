import { dehydrate, onlineManager, useIsMutating } from '@tanstack/react-query'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { expect, it, onTestFinished } from 'vitest'
import { useFetchFor, useVaultMutation } from '../src/index.ts'
import { type Broker, createHouse, pass, readCard, tearDown } from './house.tsx'

type Extra = Partial<Parameters<typeof useVaultMutation>[0]>

function setup(options?: Parameters<typeof createHouse>[0], extra: Extra = {}) {
  const house = createHouse(options)
  onTestFinished(() => tearDown(house))
  const shown: string[] = []
  const errors: unknown[] = []
  function Form({ at = 0 }: { at?: number }) {
    const fetchCards = useFetchFor<Broker>('cards')
    const isMutating = useIsMutating({ mutationKey: ['valetkey', 'alice', 'card'] })
    const { mutate, data, isError, status, variables } = useVaultMutation({
      retryDelay: 1,
      onError: (problem) => errors.push(problem),
      ...extra,
      mutationKey: ['card'],
      mutationFn: async (number: string) => {
        const { owner } = await readCard(fetchCards, new AbortController().signal)
        return `${number} of ${owner}`
      },
    })
    const text = [status, variables, data, isError && 'failed'].filter(Boolean).join(', ')
    shown.push(`${at} ${text}`)
    return (
      <button data-mutating={isMutating} onClick={() => mutate('4242')}>
        {text}
      </button>
    )
  }
  const save = () => fireEvent.click(screen.getByRole('button'))
  const mutations = () => house.queryClient.getMutationCache().getAll()
  return { house, Form, save, shown, errors, mutations }
}

it('writes with a token attached, and shows what came of it', async () => {
  const { house, Form, save } = setup()
  render(<Form />, { wrapper: house.Providers })
  expect(screen.getByText('idle')).toBeDefined()
  save()
  await screen.findByText('success, 4242, 4242 of alice')
  expect(house.vaultCalls).toEqual([expect.stringMatching(/^Bearer canary-/)])
})

it('is found by the key it was given, under its owner', async () => {
  const { house, Form, save } = setup()
  house.client.reset('alice')
  house.vault(() => new Promise(() => {}))
  render(<Form />, { wrapper: house.Providers })
  save()
  await waitFor(() => expect(screen.getByRole('button').dataset['mutating']).toBe('1'))
})

it.each([
  ['alice', 'bob'],
  ['alice', undefined],
  [undefined, undefined],
])(
  "shows the next user nothing of the former's, at no render (%s, then %s)",
  async (former, next) => {
    const { house, Form, save, shown, mutations } = setup(undefined, { gcTime: Infinity })
    house.client.reset(former)
    render(<Form />, { wrapper: house.Providers })
    save()
    await screen.findByText(/success, 4242/)

    shown.length = 0
    act(() => house.client.reset(next))
    await screen.findByText('idle')
    await pass(house, 0)
    expect(new Set(shown)).toEqual(new Set(['0 idle']))
    expect(mutations()).toEqual([])

    save()
    await screen.findByText(/success, 4242/)
  },
)

it('notices at its next render that the identity option says somebody else', async () => {
  let user = 'alice'
  const { house, Form, save, shown } = setup({ identity: () => user })
  const { rerender } = render(<Form />, { wrapper: house.Providers })
  save()
  await screen.findByText(/success, 4242/)
  user = 'bob'
  rerender(<Form at={1} />)
  await screen.findByText('idle')
  expect(shown.filter((text) => text.startsWith('1'))).not.toContainEqual(
    expect.stringContaining('4242'),
  )
})

it('ends a call that outlives its user, and keeps its answer from the next', async () => {
  const { house, Form, save, shown, errors, mutations } = setup()
  house.client.reset('alice')
  let arrive = (_response: Response) => {}
  house.vault(() => new Promise((resolve) => (arrive = resolve)))
  render(<Form />, { wrapper: house.Providers })
  save()
  await waitFor(() => expect(house.vaultCalls).toHaveLength(1))
  act(() => house.client.reset('bob'))
  arrive(Response.json({ owner: 'alice' }))
  await waitFor(() => expect(errors).toHaveLength(1))
  expect(errors[0]).toMatchObject({ code: 'identity_changed' })
  expect(shown.at(-1)).toBe('0 idle')
  expect(mutations()).toEqual([])
})

it('leaves the cache with its component', async () => {
  const { house, Form, save, mutations } = setup()
  const { unmount } = render(<Form />, { wrapper: house.Providers })
  save()
  await screen.findByText(/success/)
  expect(mutations()).toHaveLength(1)
  unmount()
  await waitFor(() => expect(mutations()).toEqual([]))
})

it('does not wait in a queue while offline, and is not dehydrated where the app makes it wait', async () => {
  onlineManager.setOnline(false)
  onTestFinished(() => onlineManager.setOnline(true))
  const usual = setup()
  const { unmount } = render(<usual.Form />, { wrapper: usual.house.Providers })
  usual.save()
  await screen.findByText(/success/)
  unmount()

  const waiting = setup({}, { networkMode: 'online' })
  render(<waiting.Form />, { wrapper: waiting.house.Providers })
  waiting.save()
  await screen.findByText('pending, 4242')
  expect(waiting.mutations()[0]?.state.isPaused).toBe(true)
  expect(dehydrate(waiting.house.queryClient).mutations).toEqual([])
})

it.each([
  [403, 1],
  [503, 3],
])('tries no more than is asked for, and never after a final error (%i)', async (status, calls) => {
  const { house, Form, save } = setup({}, { retry: 2 })
  house.vault(() => new Response('', { status }))
  render(<Form />, { wrapper: house.Providers })
  save()
  await screen.findByText('error, 4242, failed')
  expect(house.vaultCalls).toHaveLength(calls)
})

it('tries once by default', async () => {
  const { house, Form, save } = setup()
  house.vault(() => new Response('', { status: 503 }))
  render(<Form />, { wrapper: house.Providers })
  save()
  await screen.findByText('error, 4242, failed')
  expect(house.vaultCalls).toHaveLength(1)
})
