/** Patient notes in SecretVault: the diagnosis is split into shares before it leaves the page. */
import {
  type CreateResult,
  createSecretVault,
  type FindResult,
  type Secret,
} from '@valetkey/secretvault'
import { SCHEMA_ID } from '../../server/schema-id.ts'
import { tokens } from '../tokens.ts'

export interface NoteRecord {
  name: string
  writtenAt: string
  diagnosis: Secret<string>
}

const vault = createSecretVault({
  client: tokens,
  audience: 'records',
  // Tokens may live for 10 s only here: a write that waits longer than this is given up.
  writeDeadlineMs: 3000,
})
const notes = vault.collection<NoteRecord>(SCHEMA_ID)

/** Stores a note: its name as it is on every node, of its diagnosis another share on each. */
export function writeNote(name: string, diagnosis: string): Promise<CreateResult> {
  const writtenAt = new Date().toISOString()
  return notes.create([{ name, writtenAt, diagnosis: { '%allot': diagnosis } }])
}

/** Asks every node and joins the shares. */
export function readNotes(): Promise<FindResult<NoteRecord>> {
  return notes.find()
}

/** Deletes a note on every node. */
export async function deleteNote(id: string): Promise<void> {
  await notes.delete({ _id: id })
}
