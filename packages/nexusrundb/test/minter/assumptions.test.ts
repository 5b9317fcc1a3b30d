import { allow, createBroker } from '@valetkey/broker'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nexusrundb, type NexusRunDbMinterOptions } from '../../src/minter/index.ts'

/** What a broker with this minter, under two names, logs while it starts. */
function startLogOf(options: Partial<NexusRunDbMinterOptions>): readonly string[] {
  const lines: string[] = []
  const minter = nexusrundb({
    baseUrl: 'http://localhost/databases/db-1',
    accessKey: 'ak-1',
    accessSecret: 'canary-secret',
    ...options,
  })
  const audience = { minter, allow: [allow('GET', '/ping')] }
  const broker = createBroker({
    audiences: { notes: audience, lists: audience },
    authenticate: () => null,
    authorize: () => false,
    logger: { info() {}, error() {}, warn: (_, message) => void lines.push(message) },
  })
  onTestFinished(() => broker.close())
  return lines
}

describe('what is assumed of the token endpoint', () => {
  it('is a warning when a broker starts, once, with the options that set it right', () => {
    const lines = startLogOf({})
    expect(lines).toHaveLength(1)
    for (const word of ['nexusrundb: assumed', 'tokenMethod', 'tokenPath', 'expiryParam'])
      expect(lines[0]).toContain(word)
    expect(lines[0]).toContain('tokenField')
    expect(lines[0]).not.toContain('canary')
  })

  it('is no longer named once it was set', () => {
    const some = { tokenMethod: 'POST', expiryParam: 'expiry' } as const
    const [line = ''] = startLogOf(some)
    expect(line).not.toMatch(/tokenMethod|expiryParam/)
    expect(line).toMatch(/tokenPath.*tokenField/)
    const rest = { tokenPath: 'accesskeys/{accessKey}/token', tokenField: 'token' }
    expect(startLogOf({ ...some, ...rest })).toEqual([])
  })
})
