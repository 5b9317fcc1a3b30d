import { describe, expect, it } from 'vitest'
import { joinRecords } from '../src/join.ts'
import type { NodeDocument } from '../src/node-api.ts'
import { createSharing } from '../src/sharing.ts'

const sharing = createSharing()
const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ audience: `records/${name}` }))
const ID = '33333333-3333-4333-8333-333333333333'

async function documents(record: object, _id: string = ID): Promise<NodeDocument[]> {
  const copies = await sharing.split(record, 3)
  return copies.map((copy, i) => ({ _id, ...(copy as object), _created: `${i}` }))
}

function joinOf(held: readonly (readonly NodeDocument[])[], silent: { audience: string }[] = []) {
  const answers = [a!, b!, c!]
    .slice(0, held.length)
    .map((node, i) => ({ node, documents: held[i]! }))
  return joinRecords(answers, { sharing, silent })
}

describe('joinRecords', () => {
  it('joins secrets and keeps the times of the first node', async () => {
    const [x, y, z] = await documents({ service: 'mail', login: { pin: { '%allot': 7 } } })
    const { records, incomplete } = await joinOf([[x!], [y!], [z!]])
    expect(records).toEqual([{ _id: ID, service: 'mail', login: { pin: 7 }, _created: '0' }])
    expect(incomplete).toEqual([])
  })

  it('takes fields in any order for the same', async () => {
    const [x, y, z] = await documents({ one: 1, two: 2 })
    const turned = { two: 2, one: 1, _id: ID, _created: y!._created }
    const { records } = await joinOf([[x!], [turned], [z!]])
    expect(records).toEqual([{ _id: ID, one: 1, two: 2, _created: '0' }])
  })

  it('keeps the order of the first node, whatever the others say', async () => {
    const ids = [ID, ID.replaceAll('3', '4'), ID.replaceAll('3', '5')]
    const lists = await Promise.all(ids.map((id) => documents({ id }, id)))
    const node = (i: number) => lists.map((copies) => copies[i]!)
    const { records } = await joinOf([node(0), node(1).toReversed(), node(2)])
    expect(records.map(({ _id }) => _id)).toEqual(ids)
  })

  it('reports a record that a node lacks, with where it is and what is plain in it', async () => {
    const [x, , z] = await documents({ service: 'mail', pin: { '%allot': 7 } })
    const { records, incomplete } = await joinOf([[x!], [], [z!]])
    expect(records).toEqual([])
    expect(incomplete).toEqual([
      {
        _id: ID,
        reason: 'absent',
        presentOn: [a, c],
        missingFrom: [b],
        plaintext: { _id: ID, service: 'mail', _created: '0' },
        differing: [],
      },
    ])
  })

  it('reports a secret as unreachable while a node is silent, and gives what is plain as whole', async () => {
    const [x, y] = await documents({ service: 'mail', pin: { '%allot': 7 } })
    const plain = await documents({ service: 'plain' }, ID.replaceAll('3', '4'))
    const { records, incomplete } = await joinOf(
      [
        [x!, plain[0]!],
        [y!, plain[1]!],
      ],
      [c!],
    )
    expect(records).toMatchObject([{ service: 'plain' }])
    expect(incomplete).toMatchObject([
      {
        reason: 'unreachable',
        presentOn: [a, b],
        missingFrom: [c],
        plaintext: { service: 'mail' },
      },
    ])
  })

  it.each([
    ['a value', { service: 'mail' }, { service: 'post' }],
    ['a type', { service: 'mail' }, { service: ['mail'] }],
    ['a field more', { service: 'mail' }, { service: 'mail', more: 1 }],
    ['the length of a list', { service: [1] }, { service: [1, 2] }],
    ['a share where another has none', { service: 'mail' }, { service: { '%share': 'AAAA' } }],
  ])('reports nodes that differ in %s, without the field in question', async (_, one, two) => {
    const documentOf = (fields: object) => ({ _id: ID, same: 1, ...fields }) as NodeDocument
    const { records, incomplete } = await joinOf([
      [documentOf(one)],
      [documentOf(two)],
      [documentOf(one)],
    ])
    expect(records).toEqual([])
    expect(incomplete).toMatchObject([{ reason: 'conflict', plaintext: { same: 1 } }])
    expect(incomplete[0]?.plaintext).not.toHaveProperty('more')
  })

  it('reports shares that do not belong together, and joins the records beside', async () => {
    const bad = { _id: ID, pin: { '%share': 'AAAA' } }
    const worse = { _id: ID, pin: { '%share': 'AAAAAAAA' } }
    const good = await documents({ pin: { '%allot': 7 } }, ID.replaceAll('3', '4'))
    const held = [bad, bad, worse].map((document, i) => [document, good[i]!])
    const { records, incomplete } = await joinOf(held)
    expect(records).toMatchObject([{ pin: 7 }])
    expect(incomplete).toMatchObject([{ _id: ID, reason: 'shares' }])
  })
})
