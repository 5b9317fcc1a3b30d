import { TokenError } from '@valetkey/client'
import { describe, expect, it } from 'vitest'
import { type Leftover, undoFrom, type Write, writeToAll } from '../src/all-or-nothing.ts'
import { rejectionOf } from './setup.ts'

type Node = Write<true>['nodes'][number]

function nodeThat(name: string, answer: () => Response | Promise<Response>): Node {
  const audience = `records/${name}`
  return { audience, resource: `https://${name}.example/`, fetch: async () => answer() }
}

const took = () => Response.json({})
const refused = () => new Response(null, { status: 429 })

interface Observed {
  write: Write<true>
  undone: string[]
}

function writeTo(nodes: readonly Node[], leaves: Leftover = 'clean'): Observed {
  const undone: string[] = []
  const write: Write<true> = {
    nodes,
    call: () => ({ method: 'POST', path: 'x', body: {}, parse: () => true }),
    async undo({ node }) {
      undone.push(node.audience)
      return leaves
    },
    deadlineMs: 1_000,
    settleMs: 30_000,
  }
  return { write, undone }
}

describe('writeToAll', () => {
  it('asks nothing of a node that the write was never sent to', async () => {
    const tokenless = nodeThat('b', () => {
      throw new TokenError('broker_unreachable', 'gone')
    })
    const { write, undone } = writeTo([nodeThat('a', took), tokenless])
    expect(await rejectionOf(writeToAll(write))).toMatchObject({ code: 'write_failed' })
    expect(undone).toEqual(['records/a'])
  })

  it('tells a caller who gave up what is left of the write, before that it was given up', async () => {
    const caller = new AbortController()
    const leaving = nodeThat('b', () => {
      caller.abort()
      return refused()
    })
    const { write } = writeTo([nodeThat('a', took), leaving], 'kept')
    const error = await rejectionOf(writeToAll({ ...write, signal: caller.signal }))
    expect(error).toMatchObject({ code: 'write_incomplete' })
  })

  it('rejects a caller who gave up with the reason, where nothing is left', async () => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const leaving = nodeThat('b', () => {
      caller.abort(reason)
      return refused()
    })
    const { write } = writeTo([nodeThat('a', took), leaving])
    expect(await rejectionOf(writeToAll({ ...write, signal: caller.signal }))).toBe(reason)
  })
})

describe('undoFrom', () => {
  const circumstances = { standing: 'lost', index: 0, settled: false, budgetMs: 50 } as const

  it.each([
    ['clean', 'found it', { found: true, standing: 'lost' }],
    ['unknown', 'found nothing of a write that may still land', { found: false, standing: 'lost' }],
    [
      'clean',
      'found nothing of a write that can land no more',
      { found: false, standing: 'lost', settled: true },
    ],
    ['clean', 'found nothing of a write that failed', { found: false, standing: 'failed' }],
    ['unknown', 'could not ask about a write that failed', { standing: 'failed' }],
    [
      'unknown',
      'could not ask about a write that can land no more',
      { standing: 'lost', settled: true },
    ],
    ['clean', 'could not ask where it was refused', { standing: 'refused' }],
    ['kept', 'found less than the node took', { found: false, standing: 'took' }],
  ] as const)('says %s of a node that %s', async (left, _, look) => {
    const { found, ...changed } = { found: undefined, ...look }
    const undoing = undoFrom({ ...circumstances, ...changed }, async () => found)
    expect(await undoing).toBe(left)
  })

  it('looks again at a node whose answer was lost, until the write has landed', async () => {
    let looks = 0
    const undoing = undoFrom({ ...circumstances, budgetMs: 5_000 }, async () => ++looks === 2)
    expect(await undoing).toBe('clean')
    expect(looks).toBe(2)
  })
})
