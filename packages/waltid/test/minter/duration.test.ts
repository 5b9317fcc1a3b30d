import { readFileSync } from 'node:fs'
import { parseKotlinDuration } from '@valetkey/sandbox'
import { describe, expect, it } from 'vitest'
import { formatSeconds, parseDuration } from '../../src/minter/index.ts'

interface Vector {
  input: string
  ms: number | 'Infinity' | '-Infinity' | null
  msExact?: string
}

const file = new URL('../../../sandbox/test/vectors/walt-id-durations.json', import.meta.url)
const { vectors }: { vectors: Vector[] } = JSON.parse(readFileSync(file, 'utf8'))
const FUZZED = process.env.VALETKEY_NIGHTLY === undefined ? 5_000 : 100_000
const EMITTED = 2_000

describe('parseDuration', () => {
  it('agrees with all 131 vectors of Kotlin', () => {
    expect(vectors).toHaveLength(131)
    const expected = vectors.map(({ input, ms, msExact }) => [
      input,
      ms === null ? undefined : Number(msExact ?? ms),
    ])
    expect(vectors.map(({ input }) => [input, parseDuration(input)])).toEqual(expected)
    console.info(`walt.id durations: ${vectors.length} of ${expected.length} vectors agree`)
  })

  it(`agrees with the emulator's own reader on ${FUZZED} random strings`, () => {
    const random = createRandom(20_261_122)
    let valid = 0
    for (let count = 0; count < FUZZED; count += 1) {
      const text = randomText(random)
      const reference = parseKotlinDuration(text)
      if (reference !== undefined) valid += 1
      // Zero has a sign in JavaScript and none in Kotlin.
      const read = parseDuration(text)
      expect([text, read === undefined ? read : read + 0]).toEqual([
        text,
        reference === undefined ? reference : Number(reference) + 0,
      ])
    }
    // Else it would prove little.
    expect(valid).toBeGreaterThan(FUZZED / 5)
    expect(valid).toBeLessThan((FUZZED * 4) / 5)
    console.info(`walt.id durations: ${FUZZED} fuzzed strings agree, ${valid} of them valid`)
  })

  it('reads every lifetime that is sent as itself, rounded down to the second', () => {
    const random = createRandom(7)
    for (let count = 0; count < EMITTED; count += 1) {
      const ms = Math.floor(random() * 10 ** (3 + Math.floor(random() * 12))) + 1_000
      const text = formatSeconds(ms / 1000)
      expect(text).toMatch(/^[1-9]\d*s$/)
      expect(parseDuration(text)).toBe(Math.floor(ms / 1000) * 1000)
      expect(parseKotlinDuration(text)).toBe(BigInt(Math.floor(ms / 1000) * 1000))
    }
    console.info(`walt.id durations: ${EMITTED} emitted lifetimes read as themselves`)
  })
})

/** A good deal of both valid and invalid ones: components, signs, spaces, now and then a slip. */
function randomText(random: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const digits = () => String(Math.floor(random() * 10 ** Math.ceil(random() * 6)))
  const number = () => pick([digits(), digits(), digits(), `00${digits()}`, digits().repeat(4)])
  const fraction = (share: number) => (random() < share ? `.${digits()}` : '')
  const plain = () => {
    const units = ['d', 'h', 'm', 's', 'ms', 'us', 'ns'].filter(() => random() < 0.4)
    const isSpaced = random() < 0.4
    return units
      .map((unit, at) => number() + fraction(at === units.length - 1 ? 0.4 : 0.03) + unit)
      .join(isSpaced ? pick([' ', '  ']) : '')
  }
  const iso = () => {
    const sign = () => (random() < 0.15 ? pick(['-', '+']) : '')
    const part = (unit: string) => (random() < 0.5 ? sign() + number() + unit : '')
    const ofSeconds = random() < 0.5 ? `${sign()}${number()}${fraction(0.5)}S` : ''
    const time = part('H') + part('M') + ofSeconds
    return `P${part('D')}${time === '' && random() < 0.9 ? '' : `T${time}`}`
  }
  const body = pick([plain, plain, iso])()
  const sign = random() < 0.25 ? pick(['-', '+']) : ''
  const text = sign + (random() < 0.15 ? `(${body})` : body)
  if (random() < 0.8) return text
  const at = Math.floor(random() * (text.length + 1))
  const slip = pick(['', ' ', '.', '-', 'T', 'P', 'x', '1', 'ms', 'H', ',', '\t', '(', ')'])
  return text.slice(0, at) + slip + text.slice(at + Math.floor(random() * 2))
}

/** The same numbers at every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
