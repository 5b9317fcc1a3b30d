import { describe, expect, it } from 'vitest'
import { createEraFinder } from '../src/era.ts'
import type { VaultNode } from '../src/node-call.ts'
import { rejectionOf } from './setup.ts'

const RULES = { deadlineMs: 1_000 }

/** A node that no name tells the era of; answers `/about` as told, the last answer for all that follow. */
function nodeThat(name: string, ...answers: (() => Response)[]): VaultNode & { asked(): number } {
  let asked = 0
  return {
    audience: `records/${name}`,
    resource: `https://${name}/`,
    asked: () => asked,
    async fetch() {
      asked += 1
      const answer = answers[Math.min(asked, answers.length) - 1] ?? (() => Response.error())
      return answer()
    },
  }
}

const today = () => Response.json({ public_key: '02' })
const seed = () => Response.json({ publicKey: '02' })
const lost = () => new Response(null, { status: 500 })

describe('the era of nodes that only /about tells', () => {
  it('is asked for once, by whoever comes first', async () => {
    const node = nodeThat('a.example', today)
    const finder = createEraFinder('auto')
    const both = await Promise.all([finder.apiFor([node], RULES), finder.apiFor([node], RULES)])
    expect(both.map(({ era }) => era)).toEqual(['today', 'today'])
    expect((await finder.apiFor([node], RULES)).era).toBe('today')
    expect(node.asked()).toBe(1)
  })

  it('is the one that the first node to answer tells', async () => {
    const nodes = [nodeThat('a.example', lost), nodeThat('b.example', seed)]
    expect((await createEraFinder('auto').apiFor(nodes, RULES)).era).toBe('seed')
  })

  it('is asked for again after no node told it', async () => {
    const node = nodeThat('a.example', lost, today)
    const finder = createEraFinder('auto')
    expect(await rejectionOf(finder.apiFor([node], RULES))).toMatchObject({
      code: 'nodes_failed',
      nodes: [{ audience: 'records/a.example', ok: false, status: 500 }],
    })
    expect((await finder.apiFor([node], RULES)).era).toBe('today')
  })

  it('is not asked for where the app says it', async () => {
    const node = nodeThat('a.example', today)
    expect((await createEraFinder('seed').apiFor([node], RULES)).era).toBe('seed')
    expect(node.asked()).toBe(0)
  })
})
