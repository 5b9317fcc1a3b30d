/** Reads a token that people renew by hand, with when it ends. */
import type { ConfigFault } from '../config-error.ts'
import { parseConfigJson, readConfigFile } from '../config-file.ts'
import { jwtExpiresAt } from '../jwt-expiry.ts'

export type StaticSource = { readonly file: string | URL } | { readonly env: string }

export interface StaticToken {
  readonly value: string
  /** Epoch milliseconds; absent for a token without an end. */
  readonly expiresAt?: number | undefined
}

export interface StaticTokenSettings {
  token: StaticSource
  expiresAt?: number | string | Date
  neverExpires?: boolean
}

interface Reading {
  now: number
  report: (fault: ConfigFault) => void
}

const TOKEN = /^[\x21-\x7e]+$/
const MAX_CHARACTERS = 131_072
/** Before 1971: somebody gave seconds. */
const LEAST_EPOCH_MS = 31_536_000_000

/** The token, or `undefined` with every fault reported. */
export function readStaticToken(
  { token, expiresAt, neverExpires = false }: StaticTokenSettings,
  { now, report }: Reading,
): StaticToken | undefined {
  const read = readSource(token)
  if ('fault' in read) {
    report(read)
    return undefined
  }
  const { value, stated } = read
  const ends = [
    instantOf(expiresAt, { field: 'expiresAt', report }),
    instantOf(stated, { field: `${read.field}: expiresAt`, report }),
    jwtExpiresAt(value),
  ].filter((end) => end !== undefined)
  if (ends.length === 0 && neverExpires) return { value }
  if (ends.length === 0) report(unknownEnd(read.field))
  if (neverExpires && ends.length > 0)
    report({
      field: 'neverExpires',
      fault: 'is said of a token that does end',
      mend: 'leave it out',
    })
  const end = Math.min(...ends)
  if (end <= now)
    report({
      field: read.field,
      fault: 'holds a token that has ended',
      mend: 'put a new one there',
    })
  return { value, expiresAt: end }
}

function unknownEnd(field: string): ConfigFault {
  return {
    field,
    fault: 'holds a token that does not say when it ends',
    mend: 'give expiresAt, here or in the file as { "token": …, "expiresAt": … }; or, if it truly has no end, neverExpires: true',
  }
}

type Source = { field: string; value: string; stated: unknown }

function readSource(source: StaticSource): Source | ConfigFault {
  const field = fieldOf(source)
  if (field === undefined)
    return {
      field: 'token',
      fault: 'is neither { file } nor { env }; a token itself does not belong here',
    }
  const text =
    'file' in source ? readConfigFile(source.file) : { value: environment()[source.env] ?? '' }
  if ('fault' in text) return { field, fault: text.fault }
  const trimmed = text.value.trim()
  if (trimmed === '') return { field, fault: 'is empty', mend: 'put the token there' }
  return trimmed.startsWith('{') ? fromJson(trimmed, field) : checked(trimmed, { field })
}

/** What it is called in messages: a path or a name, never a value. */
function fieldOf(source: unknown): string | undefined {
  if (typeof source !== 'object' || source === null) return undefined
  if ('file' in source && (typeof source.file === 'string' || source.file instanceof URL))
    return String(source.file)
  return 'env' in source && typeof source.env === 'string' && /^\w+$/.test(source.env)
    ? `$${source.env}`
    : undefined
}

function environment(): Readonly<Record<string, string | undefined>> {
  return globalThis.process?.env ?? {}
}

function fromJson(text: string, field: string): Source | ConfigFault {
  const json = parseConfigJson(text)
  if ('fault' in json) return { field, fault: json.fault }
  const content: { token?: unknown; expiresAt?: unknown } = Object(json.value)
  const unknown = Object.keys(content).find((name) => name !== 'token' && name !== 'expiresAt')
  if (unknown !== undefined || typeof content.token !== 'string')
    return { field, fault: 'is JSON, yet not { "token": …, "expiresAt": … }' }
  return checked(content.token, { field, stated: content.expiresAt })
}

function checked(
  value: string,
  { field, stated }: { field: string; stated?: unknown },
): Source | ConfigFault {
  return value.length <= MAX_CHARACTERS && TOKEN.test(value)
    ? { field, value, stated }
    : {
        field,
        fault: 'holds no token: one has 1 to 131072 printable ASCII characters, and no spaces',
        mend: 'copy the token alone, without quotes or Bearer',
      }
}

/** Epoch milliseconds. */
function instantOf(
  given: unknown,
  { field, report }: { field: string; report: (fault: ConfigFault) => void },
): number | undefined {
  if (given === undefined) return undefined
  const instant =
    given instanceof Date ? given.getTime() : typeof given === 'string' ? Date.parse(given) : given
  if (typeof instant === 'number' && instant >= LEAST_EPOCH_MS) return instant
  report({
    field,
    fault: 'is no instant',
    mend: 'give epoch milliseconds, or a text as 2027-01-31T00:00:00Z',
  })
  return undefined
}
