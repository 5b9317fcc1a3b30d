import { describe, expect, it } from 'vitest'
import { createGathering } from '../src/gathering.ts'
import { rejectionOf } from './setup.ts'

interface Sent {
  items: readonly string[]
  signal: AbortSignal
  answer: (answers?: readonly string[]) => void
  fail: (error: Error) => void
}

function createDesk({ size = 3, lanes = 9 } = {}) {
  const sent: Sent[] = []
  const ask = createGathering<string, string>({
    size,
    lanes,
    keyOf: (item) => item,
    request: (items, signal) =>
      new Promise((resolve, fail) => {
        const own = items.map((item) => item.toUpperCase())
        sent.push({ items, signal, answer: (answers = own) => resolve(answers), fail })
      }),
  })
  return { ask, sent }
}

/** All that is done in this tick has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('what is asked for in one tick', () => {
  it('goes out in as few requests as it takes, each answer at its place', async () => {
    const { ask, sent } = createDesk()
    const asked = ['a', 'b', 'c', 'd', 'e'].map((item) => ask(item))
    await settled()
    expect(sent.map(({ items }) => items)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
    for (const one of sent.toReversed()) one.answer()
    expect(await Promise.all(asked)).toEqual(['A', 'B', 'C', 'D', 'E'])
  })

  it('is asked for once, however many want it, and again in the next tick', async () => {
    const { ask, sent } = createDesk()
    const asked = [ask('a'), ask('a')]
    await settled()
    sent[0]?.answer()
    expect(await Promise.all(asked)).toEqual(['A', 'A'])
    void ask('a')
    await settled()
    expect(sent.map(({ items }) => items)).toEqual([['a'], ['a']])
  })

  it('waits for a lane', async () => {
    const { ask, sent } = createDesk({ size: 1, lanes: 2 })
    for (const item of ['a', 'b', 'c']) void ask(item)
    await settled()
    expect(sent).toHaveLength(2)
    sent[0]?.answer()
    await settled()
    expect(sent).toHaveLength(3)
  })

  it('fails with its own request alone', async () => {
    const { ask, sent } = createDesk({ size: 2 })
    const [one, other, ...bad] = ['a', 'b', 'c', 'd'].map((item) => ask(item))
    await settled()
    sent[1]?.fail(new Error('no'))
    sent[0]?.answer()
    expect([await one, await other]).toEqual(['A', 'B'])
    for (const failed of bad) expect(await rejectionOf(failed)).toMatchObject({ message: 'no' })
  })
})

describe('a caller who gives up', () => {
  it('leaves the others their answer, and the request is not aborted', async () => {
    const { ask, sent } = createDesk()
    const controller = new AbortController()
    const [gone, stays] = [ask('a', controller.signal), ask('a')]
    await settled()
    controller.abort()
    expect(await rejectionOf(gone)).toMatchObject({ name: 'AbortError' })
    expect(sent[0]?.signal.aborted).toBe(false)
    sent[0]?.answer()
    expect(await stays).toBe('A')
  })

  it('aborts the request with the last of its callers', async () => {
    const { ask, sent } = createDesk()
    const [one, other] = [new AbortController(), new AbortController()]
    const asked = [ask('a', one.signal), ask('b', other.signal)]
    await settled()
    one.abort()
    expect(sent[0]?.signal.aborted).toBe(false)
    other.abort()
    expect(sent[0]?.signal.aborted).toBe(true)
    await Promise.all(asked.map(rejectionOf))
  })

  it('before anything was sent costs no request', async () => {
    const { ask, sent } = createDesk()
    const controller = new AbortController()
    const early = ask('a', controller.signal)
    controller.abort()
    const late = ask('b', controller.signal)
    expect(await rejectionOf(early)).toMatchObject({ name: 'AbortError' })
    expect(await rejectionOf(late)).toMatchObject({ name: 'AbortError' })
    await settled()
    expect(sent).toEqual([])
  })

  it('before anything was sent leaves their place to others', async () => {
    const { ask, sent } = createDesk({ size: 2 })
    const controller = new AbortController()
    const gone = ask('a', controller.signal)
    void ask('b')
    void ask('c')
    controller.abort()
    await rejectionOf(gone)
    await settled()
    expect(sent.map(({ items }) => items)).toEqual([['b', 'c']])
  })

  it('while waiting for a lane costs no request', async () => {
    const { ask, sent } = createDesk({ size: 1, lanes: 1 })
    const controller = new AbortController()
    void ask('a')
    const waiting = ask('b', controller.signal)
    await settled()
    controller.abort()
    await rejectionOf(waiting)
    sent[0]?.answer()
    await settled()
    expect(sent).toHaveLength(1)
  })
})
