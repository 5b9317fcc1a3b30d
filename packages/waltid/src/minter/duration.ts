/** Lifetimes as walt.id writes them, which is the syntax of Kotlin's `Duration.parse`, as milliseconds and back. */

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  d: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
}
const UNITS = Object.keys(NANOSECONDS)
const NS_PER_MS = 1_000_000n
/** From here on Kotlin calls a duration infinite. */
const INFINITE_MS = 4_611_686_018_427_387_903n
/** The most that a component of the plain form may hold: Kotlin's `Long`. */
const MAX_COUNT = 9_223_372_036_854_775_807n

const COMPONENT = /(\d+)(?:\.(\d+))?([a-z]+)/y
const ISO =
  /^P(?=.)(?:([+-]?\d+)D)?(?:T(?=.)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:\.(\d+))?S)?)?$/

/**
 * Whole milliseconds, perhaps negative, perhaps infinite; `undefined` for what Kotlin refuses. No library on npm
 * reads exactly this: one takes `P1DT2H` for two hours. Beyond 146 years Kotlin drops the fraction of a millisecond
 * from each component, and may be a millisecond below.
 */
export function parseDuration(text: string): number | undefined {
  const [, sign = '', body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  const sum = /^infinity$/i.test(body) ? Infinity : (ofIso(body) ?? ofComponents(body, sign !== ''))
  return sum === undefined || sign !== '-' || sum === 0 ? sum : -sum
}

/** As walt.id is told: whole seconds, rounded down. It is in both of its documented forms. */
export function formatSeconds(seconds: number): string {
  return `${BigInt(Math.floor(seconds))}s`
}

/** `1d 12h 30.5m`: with a sign no spaces, unless it stands in parentheses. */
function ofComponents(body: string, isSigned: boolean): number | undefined {
  const inner = isSigned ? /^\((.*)\)$/.exec(body)?.[1] : undefined
  const text = inner ?? body
  const maySpace = !isSigned || inner !== undefined
  let nanoseconds = 0n
  let rank = -1
  let isLast = false
  for (let at = 0; at < text.length || rank < 0; ) {
    COMPONENT.lastIndex = at
    const [match = '', count = '', fraction = '', unit = ''] = COMPONENT.exec(text) ?? []
    const next = UNITS.indexOf(unit)
    if (next <= rank || isLast || BigInt(count) > MAX_COUNT) return undefined
    rank = next
    isLast = fraction !== ''
    nanoseconds += nanosecondsOf(count, fraction, unit)
    at += match.length
    const spaces = maySpace ? (/^ +(?=\d)/.exec(text.slice(at))?.[0].length ?? 0) : 0
    at += spaces
  }
  return millisecondsOf(nanoseconds)
}

/** `P1DT2H3M4.058S`. */
function ofIso(body: string): number | undefined {
  const [match, days, hours, minutes, sign = '', seconds, fraction = ''] = ISO.exec(body) ?? []
  if (match === undefined) return undefined
  const ofSeconds = seconds === undefined ? 0n : nanosecondsOf(seconds, fraction, 's')
  const parts = [
    nanosecondsOf(days ?? '0', '', 'd'),
    nanosecondsOf(hours ?? '0', '', 'h'),
    nanosecondsOf(minutes ?? '0', '', 'm'),
    sign === '-' ? -ofSeconds : ofSeconds,
  ]
  return parts.reduce<Sum>(added, { nanoseconds: 0n, ms: 0 }).ms
}

interface Sum {
  nanoseconds: bigint
  /** `undefined` where infinity met its opposite. */
  ms: number | undefined
}

/** What has become infinite stays so. */
function added(sum: Sum, more: bigint): Sum {
  const ofMore = millisecondsOf(more)
  const isInfinite = sum.ms !== undefined && !Number.isFinite(sum.ms)
  if (sum.ms === undefined || isInfinite)
    return Number.isFinite(ofMore) || ofMore === sum.ms ? sum : { ...sum, ms: undefined }
  const nanoseconds = sum.nanoseconds + more
  return { nanoseconds, ms: Number.isFinite(ofMore) ? millisecondsOf(nanoseconds) : ofMore }
}

/** A fraction is rounded to nanoseconds, halves up. */
function nanosecondsOf(count: string, fraction: string, unit: string): bigint {
  const size = NANOSECONDS[unit] ?? 0n
  const scale = 10n ** BigInt(fraction.length)
  const whole = BigInt(count.replace('+', '')) * size
  return whole + (2n * BigInt(fraction || '0') * size + scale) / (2n * scale)
}

function millisecondsOf(nanoseconds: bigint): number {
  const ms = nanoseconds / NS_PER_MS
  if (ms >= INFINITE_MS) return Infinity
  return ms <= -INFINITE_MS ? -Infinity : Number(ms)
}
