import { describe, expect, it } from 'vitest'
import { createSharing } from '../src/sharing.ts'

describe('secret sharing in a browser', () => {
  it('loads what it needs at the first secret, the missing Buffer included', async () => {
    expect('Buffer' in globalThis).toBe(false)
    const sharing = createSharing()
    await sharing.split({ plain: true }, 3)
    expect('Buffer' in globalThis).toBe(false)

    const record = { password: { '%allot': 'pässwörd 🔑' }, pin: { '%allot': -42 } }
    const copies = await sharing.split(record, 3)
    const sharesOf = (name: string) =>
      copies.map((copy) => (copy as Record<string, { '%share': string }>)[name]?.['%share'])
    expect(await sharing.open(sharesOf('password'))).toEqual({ value: 'pässwörd 🔑' })
    expect(await sharing.open(sharesOf('pin'))).toEqual({ value: -42 })
    expect('Buffer' in globalThis).toBe(true)
    expect(Object.keys(globalThis)).not.toContain('Buffer')
  })
})
