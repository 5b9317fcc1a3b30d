/** Lists of today's nodes, read from nodes that answer as told. */
import { describe, expect, it } from 'vitest'
import { callNode, type VaultNode } from '../src/node-call.ts'
import { todayApi } from '../src/today-api.ts'

const RULES = { deadlineMs: 1_000, retries: 0 }

interface ToldNode extends VaultNode {
  readonly asked: string[]
}

/** Gives one answer per request, the last one for all that follow. */
function nodeThat(...answers: object[]): ToldNode {
  const asked: string[] = []
  return {
    audience: 'records/a',
    resource: 'https://a.example/',
    asked,
    async fetch(input) {
      asked.push(new URL(`${input as string}`).search)
      return Response.json(answers[Math.min(asked.length, answers.length) - 1])
    },
  }
}

const schemas = (ids: string[], total?: number) => ({
  data: ids.map((id) => ({ id, name: id, type: 'standard' })),
  ...(total !== undefined && { pagination: { total } }),
})

const finished = (result: object[], total?: number) => ({
  data: { status: 'complete', result },
  ...(total !== undefined && { pagination: { total } }),
})

describe('a list', () => {
  it('goes on where the page before it ended, to its total', async () => {
    const node = nodeThat(schemas(['a', 'b'], 3), schemas(['c'], 3))
    const { ok, value } = {
      value: undefined,
      ...(await callNode(node, todayApi.listSchemas(), RULES)),
    }
    expect(ok && value?.map(({ _id }) => _id)).toEqual(['a', 'b', 'c'])
    expect(node.asked).toEqual(['?limit=1000&offset=0', '?limit=1000&offset=2'])
  })

  it.each([
    ['ends with an empty page, whatever the total', [schemas(['a'], 9), schemas([], 9)], 2],
    ['is one page where the node tells no total', [schemas(['a'])], 1],
  ])('%s', async (_, answers, requests) => {
    const node = nodeThat(...answers)
    expect(await callNode(node, todayApi.listSchemas(), RULES)).toMatchObject({
      ok: true,
      value: [{ _id: 'a' }],
    })
    expect(node.asked).toHaveLength(requests)
  })
})

describe('a page of records', () => {
  const record = { _id: '33333333-3333-4333-8333-333333333333' }
  const found = (total: number, ...data: object[]) => ({ data, pagination: { total } })

  it('ends with an empty answer, whatever the total', async () => {
    const node = nodeThat(found(9, record), found(9))
    const page = todayApi.page('c', {}, { offset: 0, limit: 5 })
    expect(await callNode(node, page, RULES)).toMatchObject({
      ok: true,
      value: { documents: [record], total: 9 },
    })
    expect(node.asked).toHaveLength(2)
  })
})

describe('what came of a run', () => {
  const rowsOf = async (node: VaultNode) => {
    const readRun = todayApi.today?.readRun('1')
    return readRun && callNode(node, readRun, RULES)
  }

  it('is read to its last page', async () => {
    const node = nodeThat(finished([{ n: 1 }, { n: 2 }], 3), finished([{ n: 3 }], 3))
    const value = { status: 'complete', rows: [{ n: 1 }, { n: 2 }, { n: 3 }] }
    expect(await rowsOf(node)).toMatchObject({ ok: true, value })
    expect(node.asked).toEqual(['?limit=1000&offset=0', '?limit=1000&offset=2'])
  })

  it('ends with an empty page, whatever the total', async () => {
    const node = nodeThat(finished([{ n: 1 }], 9), finished([], 9))
    expect(await rowsOf(node)).toMatchObject({ ok: true, value: { rows: [{ n: 1 }] } })
    expect(node.asked).toHaveLength(2)
  })
})
