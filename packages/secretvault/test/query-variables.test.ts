import { describe, expect, it } from 'vitest'
import { toNamedVariables, toPathVariables } from '../src/query-variables.ts'

const query = (pipeline: Record<string, unknown>[], variables: Record<string, object>) => ({
  _id: 'q',
  name: 'n',
  schema: 's',
  pipeline,
  variables,
})

describe('variables', () => {
  it('by name become paths for nodes of today', () => {
    const pipeline = [{ $match: { service: '##svc', list: [{ deep: '##word' }] } }, { $limit: 1 }]
    expect(toPathVariables(query(pipeline, { svc: { type: 'string' }, word: {} }))).toMatchObject({
      collection: 's',
      variables: {
        svc: { path: '$.pipeline[0].$match.service' },
        word: { path: '$.pipeline[0].$match.list[0].deep' },
      },
    })
  })

  it('by path become names for nodes of the seed era, with the facts those insist on', () => {
    const variables = { svc: { path: '$.pipeline[0].$match.a.b' }, n: { type: 'number' } }
    const pipeline = [{ $match: { a: { b: '' }, n: '##n' } }]
    expect(toNamedVariables(query(pipeline, variables))).toMatchObject({
      schema: 's',
      variables: {
        svc: { type: 'string', description: 'svc' },
        n: { type: 'number', description: 'n' },
      },
      pipeline: [{ $match: { a: { b: '##svc' }, n: '##n' } }],
    })
    expect(pipeline).toEqual([{ $match: { a: { b: '' }, n: '##n' } }])
  })

  it.each([
    ['is nowhere in the pipeline', [{ $match: {} }], {}],
    ['is at several places', [{ $match: { one: '##svc', two: '##svc' } }], {}],
    ['goes where nodes take none', [{ $match: { 'a b': '##svc' } }], {}],
  ])('of which one %s are refused', (_, pipeline, facts) => {
    expect(() => toPathVariables(query(pipeline, { svc: facts }))).toThrow(/cannot be stored/)
  })

  it('with a path beside the pipeline are refused', () => {
    const variables = { svc: { path: '$.pipeline[3].$match.service' } }
    expect(() => toNamedVariables(query([{ $match: {} }], variables))).toThrow(
      /not in the pipeline/,
    )
  })
})
