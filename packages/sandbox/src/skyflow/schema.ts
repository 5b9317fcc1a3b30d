/** The tables that the emulated vault has. */
import { hideAll, keepInitials, keepLast, keepYear, type Mask, maskEmail } from './masks.ts'

/** What a caller may ask to see of a value. `DEFAULT` is what its column says. */
export type Redaction = 'DEFAULT' | ShownAs
export type ShownAs = 'PLAIN_TEXT' | 'MASKED' | 'REDACTED'

export interface Column {
  type: 'STRING' | 'INTEGER' | 'FILE'
  /** No two records have the same value; a record is found and upserted by it. */
  isUnique: boolean
  shownByDefault: ShownAs
  /** Undefined where masking hides nothing. */
  mask: Mask | undefined
  /** Values of one group share their tokens. */
  columnGroup: string
}

export type Columns = ReadonlyMap<string, Column>
export type Schema = ReadonlyMap<string, Columns>

/** The table that the sandbox names in what it prints. */
export const DEFAULT_TABLE = 'patients'

export const defaultSchema: Schema = new Map([
  [
    DEFAULT_TABLE,
    columnsOf(DEFAULT_TABLE, {
      patient_id: { isUnique: true, shownByDefault: 'PLAIN_TEXT', mask: undefined },
      name: { mask: keepInitials },
      ssn: { mask: keepLast(4) },
      date_of_birth: { mask: keepYear },
      email: { mask: maskEmail },
      phone: { mask: keepLast(4) },
      diagnosis: { shownByDefault: 'REDACTED' },
      visits: { type: 'INTEGER', shownByDefault: 'PLAIN_TEXT', mask: undefined },
      scan: { type: 'FILE', shownByDefault: 'PLAIN_TEXT', mask: undefined },
    }),
  ],
  [
    'cards',
    columnsOf('cards', {
      card_number: { isUnique: true, mask: keepLast(4) },
      cardholder_name: { mask: keepInitials },
      expiry_month: {},
      expiry_year: {},
      cvv: { shownByDefault: 'REDACTED' },
    }),
  ],
])

function columnsOf(table: string, drafts: Record<string, Partial<Column>>): Columns {
  return new Map(
    Object.entries(drafts).map(([name, draft]) => [
      name,
      {
        type: 'STRING',
        isUnique: false,
        shownByDefault: 'MASKED',
        mask: hideAll,
        columnGroup: `${table}_${name}`,
        ...draft,
      },
    ]),
  )
}
