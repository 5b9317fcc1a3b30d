/** Where the page may be seen. */
import { describe, expect, it } from 'vitest'
import { pageOrigins } from '../server/origins.ts'

describe('pageOrigins', () => {
  it('prints localhost for this machine, and knows its other names', () => {
    expect(pageOrigins('127.0.0.1', 4173)).toEqual([
      'http://localhost:4173',
      'http://127.0.0.1:4173',
      'http://[::1]:4173',
    ])
  })

  it('prints localhost too where every address is open', () => {
    expect(pageOrigins('0.0.0.0', 80)[0]).toBe('http://localhost')
  })

  it('is the host that was named, and nothing else', () => {
    expect(pageOrigins('192.0.2.7', 8080)).toEqual(['http://192.0.2.7:8080'])
    expect(pageOrigins('2001:db8::7', 8080)).toEqual(['http://[2001:db8::7]:8080'])
  })
})
