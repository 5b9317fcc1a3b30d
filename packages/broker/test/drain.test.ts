import { expect, it } from 'vitest'
import { createDrain } from '../src/drain.ts'

it('waits for what is under way, the failing too, and says that it drains', async () => {
  const drain = createDrain()
  let release = (): void => {}
  const work = new Promise<string>((resolve) => {
    release = () => resolve('done')
  })
  const counted = drain.count(() => work)
  const failing = drain.count(() => Promise.reject(new Error('broken')))
  const order: string[] = []

  expect(drain.isDraining()).toBe(false)
  const finished = drain.finish().then(() => order.push('finished'))
  expect(drain.isDraining()).toBe(true)
  order.push('released')
  release()

  await expect(failing).rejects.toThrow('broken')
  await expect(counted).resolves.toBe('done')
  await finished
  expect(order).toEqual(['released', 'finished'])
})
