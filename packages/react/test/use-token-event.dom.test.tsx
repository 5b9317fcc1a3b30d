import { render } from '@testing-library/react'
import { StrictMode } from 'react'
import { expect, it, onTestFinished } from 'vitest'
import { useTokenEvent } from '../src/index.ts'
import { createHouse, pass, tearDown } from './house.tsx'

function setup() {
  const house = createHouse()
  onTestFinished(() => tearDown(house))
  const heard: string[] = []
  const renders: string[] = []
  function Listener({ as, type }: { as: string; type: Parameters<typeof useTokenEvent>[0] }) {
    useTokenEvent(type, (event) => heard.push(`${as} ${event.type}`))
    renders.push(as)
    return null
  }
  return { house, heard, Listener, renders }
}

it('calls the handler of the latest render, once for each event, and renders nothing', async () => {
  const { house, heard, Listener, renders } = setup()
  const app = (as: string) => (
    <StrictMode>
      <Listener as={as} type="identity-changed" />
    </StrictMode>
  )
  const { rerender } = render(app('first'), { wrapper: house.Providers })
  rerender(app('second'))
  renders.length = 0
  house.client.reset('alice')
  await house.client.getToken('cards')
  await pass(house, 0)
  expect(heard).toEqual(['second identity-changed'])
  expect(renders).toEqual([])
})

it('hears every event as *, and none of a type it left or after it is gone', async () => {
  const { house, heard, Listener } = setup()
  const { rerender, unmount } = render(<Listener as="all" type="*" />, { wrapper: house.Providers })
  await house.client.getToken('cards')
  expect(heard).toEqual(['all request', 'all refreshed'])
  rerender(<Listener as="failures" type="refresh-failed" />)
  await house.client.getToken('notes')
  unmount()
  house.broker.unreachable(true)
  await house.client.getToken('records/a').catch(() => {})
  expect(heard).toHaveLength(2)
})
