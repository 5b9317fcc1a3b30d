/** Reads durations as Kotlin's `Duration.parse` does, character by character. */

/** Whole milliseconds, truncated towards zero, or one of the two infinite durations. */
export type KotlinDuration = bigint | 'Infinity' | '-Infinity'

const NANOSECONDS = {
  d: 86_400_000_000_000n,
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
}
const UNITS = ['d', 'h', 'm', 's', 'ms', 'us', 'ns'] as const
const ISO_UNITS = { D: 'd', H: 'h', M: 'm', S: 's' } as const
const NS_PER_MS = 1_000_000n
/** From so many milliseconds on a duration counts as infinite. */
const INFINITE_MS = 4_611_686_018_427_387_903n
const MAX_INT64 = 9_223_372_036_854_775_807n

type Unit = (typeof UNITS)[number]

interface Scanner {
  /** The next character without taking it; empty at the end. */
  peek(): string
  take(character: string): boolean
  takeWhile(test: (character: string) => boolean): string
}

/** `undefined` where Kotlin throws. */
export function parseKotlinDuration(text: string): KotlinDuration | undefined {
  const scanner = createScanner(text)
  const isNegative = scanner.peek() === '-'
  const isSigned = scanner.take('-') || scanner.take('+')
  const sum = createSum()
  const isRead = readBody(scanner, { text: text.slice(isSigned ? 1 : 0), isSigned, sum })
  const total = isRead && scanner.peek() === '' ? sum.total() : undefined
  if (total === undefined || !isNegative) return total
  if (typeof total === 'bigint') return -total
  return total === 'Infinity' ? '-Infinity' : 'Infinity'
}

interface Body {
  /** What follows the sign. */
  text: string
  isSigned: boolean
  sum: Sum
}

function readBody(scanner: Scanner, { text, isSigned, sum }: Body): boolean {
  if (text.toLowerCase() === 'infinity') {
    scanner.takeWhile(() => true)
    return sum.add(INFINITE_MS * NS_PER_MS)
  }
  if (scanner.take('P')) return readIso(scanner, sum)
  const isInParentheses = isSigned && scanner.take('(')
  if (!readComponents(scanner, sum, !isSigned || isInParentheses)) return false
  return !isInParentheses || scanner.take(')')
}

/** `1d 12h 30.5m`: units in order, a fraction on the last alone. */
function readComponents(scanner: Scanner, sum: Sum, maySpace: boolean): boolean {
  let rank = -1
  let hasFraction = false
  do {
    const whole = scanner.takeWhile(isDigit)
    const fraction = readFraction(scanner)
    const unit = unitOf(scanner.takeWhile((character) => character >= 'a' && character <= 'z'))
    if (whole === '' || fraction === undefined || unit === undefined || hasFraction) return false
    if (UNITS.indexOf(unit) <= rank || BigInt(whole) > MAX_INT64) return false
    rank = UNITS.indexOf(unit)
    hasFraction = fraction !== ''
    if (!sum.add(nanosecondsOf({ whole, fraction, unit }))) return false
    const spaces = maySpace ? scanner.takeWhile((character) => character === ' ') : ''
    if (spaces !== '' && !isDigit(scanner.peek())) return false
  } while (isDigit(scanner.peek()))
  return true
}

/** `P1DT2H3M4.058S`, after the P. */
function readIso(scanner: Scanner, sum: Sum): boolean {
  let left = 'D'
  let count = 0
  let isTime = false
  for (;;) {
    if (!isTime && scanner.take('T')) {
      isTime = true
      left = 'HMS'
      count = 0
    }
    if (scanner.peek() === '') return count > 0
    const unit = readIsoComponent(scanner, sum, left)
    if (unit === undefined) return false
    left = left.slice(left.indexOf(unit) + 1)
    count += 1
  }
}

function readIsoComponent(scanner: Scanner, sum: Sum, left: string): string | undefined {
  const isNegative = scanner.peek() === '-'
  if (!scanner.take('-')) scanner.take('+')
  const whole = scanner.takeWhile(isDigit)
  const fraction = readFraction(scanner)
  const letter = scanner.peek()
  if (whole === '' || fraction === undefined || letter === '' || !left.includes(letter))
    return undefined
  if (!isIsoUnit(letter) || (fraction !== '' && letter !== 'S')) return undefined
  scanner.take(letter)
  const nanoseconds = nanosecondsOf({ whole, fraction, unit: ISO_UNITS[letter] })
  return sum.add(isNegative ? -nanoseconds : nanoseconds) ? letter : undefined
}

/** The digits after a dot; `undefined` for a dot without any. */
function readFraction(scanner: Scanner): string | undefined {
  if (!scanner.take('.')) return ''
  return scanner.takeWhile(isDigit) || undefined
}

/** A fraction is rounded to nanoseconds, halves up. */
function nanosecondsOf(parts: { whole: string; fraction: string; unit: Unit }): bigint {
  const { whole, fraction, unit } = parts
  const scale = 10n ** BigInt(fraction.length)
  const ofFraction = (2n * BigInt(fraction || '0') * NANOSECONDS[unit] + scale) / (2n * scale)
  return BigInt(whole) * NANOSECONDS[unit] + ofFraction
}

interface Sum {
  /** False where infinity meets its opposite. */
  add(nanoseconds: bigint): boolean
  total(): KotlinDuration
}

/** What has become infinite stays so. */
function createSum(): Sum {
  let nanoseconds = 0n
  let infinite: 1 | -1 | undefined
  return {
    add(more) {
      const sign = infiniteSignOf(more)
      if (infinite !== undefined) return sign === undefined || sign === infinite
      nanoseconds += more
      infinite = sign ?? infiniteSignOf(nanoseconds)
      return true
    },
    total() {
      if (infinite !== undefined) return infinite === 1 ? 'Infinity' : '-Infinity'
      return nanoseconds / NS_PER_MS
    },
  }
}

function infiniteSignOf(nanoseconds: bigint): 1 | -1 | undefined {
  const milliseconds = nanoseconds / NS_PER_MS
  if (milliseconds >= INFINITE_MS) return 1
  return milliseconds <= -INFINITE_MS ? -1 : undefined
}

function createScanner(text: string): Scanner {
  let at = 0
  const peek = () => text.charAt(at)
  return {
    peek,
    take(character) {
      const isNext = peek() === character
      if (isNext) at += 1
      return isNext
    },
    takeWhile(test) {
      const from = at
      while (peek() !== '' && test(peek())) at += 1
      return text.slice(from, at)
    },
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}

function isIsoUnit(letter: string): letter is keyof typeof ISO_UNITS {
  return Object.hasOwn(ISO_UNITS, letter)
}

function unitOf(letters: string): Unit | undefined {
  return UNITS.find((unit) => unit === letters)
}
