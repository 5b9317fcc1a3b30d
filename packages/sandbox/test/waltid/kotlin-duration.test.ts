import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseKotlinDuration } from '../../src/index.ts'

interface Vector {
  input: string
  ms: number | 'Infinity' | '-Infinity' | null
  msExact?: string
}

const { vectors }: { vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('../vectors/walt-id-durations.json', import.meta.url), 'utf8'),
)

describe('parseKotlinDuration', () => {
  it('reads what Kotlin reads, refuses what Kotlin refuses', () => {
    expect(vectors).toHaveLength(131)
    for (const { input, ms, msExact } of vectors)
      expect([input, String(parseKotlinDuration(input) ?? null)]).toEqual([
        input,
        msExact ?? String(ms),
      ])
  })

  it('is infinite from 4611686018427387903 ms on, finite one before', () => {
    expect(parseKotlinDuration('4611686018427387902ms')).toBe(4_611_686_018_427_387_902n)
    expect(parseKotlinDuration('4611686018427387903ms')).toBe('Infinity')
  })

  it('refuses infinity minus infinity, keeps infinity plus anything else', () => {
    expect(parseKotlinDuration('P99999999999999999DT-99999999999999999H')).toBeUndefined()
    expect(parseKotlinDuration('P99999999999999999DT-1H')).toBe('Infinity')
  })
})
