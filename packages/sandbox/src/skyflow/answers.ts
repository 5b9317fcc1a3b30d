/** The shapes in which the vault answers with records. */
import type { Row, Tokens } from './store.ts'

export interface WrittenRecord {
  skyflow_id: string
  tokens: Tokens | null
}

export interface DeletedRecord {
  skyflow_id: string
  deleted: true
}

/** Tokens are there only if they were asked for. */
export function written({ id, tokens }: Row, tokenization: boolean | undefined): WrittenRecord {
  return { skyflow_id: id, tokens: tokenization ? tokens : null }
}

export function deleted(id: string): DeletedRecord {
  return { skyflow_id: id, deleted: true }
}
