/** What the roles of a caller allow it to do, with how much of a value they let it see. */
import { unauthorized } from './errors.ts'
import { REDACTED_TEXT } from './masks.ts'
import type { Column, Redaction, ShownAs } from './schema.ts'

const ACTIONS = ['insert', 'read', 'update', 'delete', 'tokenize', 'detokenize'] as const
export type Action = (typeof ACTIONS)[number] | 'manage service accounts'

export interface Role {
  id: string
  allows: readonly Action[]
  /** The most it may see of any value. */
  sees: ShownAs
}

/** What one caller may do: all that any of its roles allows. */
export interface Access {
  /** No value is hidden from this caller for its roles' sake. */
  readonly seesPlainText: boolean
  /** @throws {SkyflowError} 403 when no role allows it. */
  require(action: Action): void
  /** A value as this caller gets it: what was asked for, or less where its roles allow less. */
  show(value: unknown, column: Column, asked: Redaction): unknown
}

/** Most shown first. */
const LEVELS: readonly ShownAs[] = ['PLAIN_TEXT', 'MASKED', 'REDACTED']

export interface SandboxRoles {
  plain: Role
  masked: Role
  insert: Role
  owner: Role
}

export function createRoles(idOf: (label: string) => string): SandboxRoles {
  return {
    plain: { id: idOf('plain role'), allows: ACTIONS, sees: 'PLAIN_TEXT' },
    masked: { id: idOf('masked role'), allows: ACTIONS, sees: 'MASKED' },
    insert: { id: idOf('insert role'), allows: ['insert', 'tokenize'], sees: 'REDACTED' },
    owner: { id: idOf('owner role'), allows: ['manage service accounts'], sees: 'REDACTED' },
  }
}

export function accessOf(roles: readonly Role[]): Access {
  const allowed = new Set(roles.flatMap(({ allows }) => allows))
  const most = LEVELS.find((level) => roles.some(({ sees }) => sees === level)) ?? 'REDACTED'
  return {
    seesPlainText: most === 'PLAIN_TEXT',
    require(action) {
      if (allowed.has(action)) return
      throw unauthorized(`The roles of this bearer token do not allow to ${action}.`)
    },
    show(value, column, asked) {
      const level = stricterOf(asked === 'DEFAULT' ? column.shownByDefault : asked, most)
      if (value === null || level === 'PLAIN_TEXT') return value
      if (level === 'REDACTED') return REDACTED_TEXT
      return column.mask ? column.mask(textOf(value)) : value
    },
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function stricterOf(one: ShownAs, other: ShownAs): ShownAs {
  return LEVELS.indexOf(one) > LEVELS.indexOf(other) ? one : other
}
