/** Patient notes in SecretVault: the diagnosis is split into shares before it leaves the page. */
import {
  type CreateResult,
  createSecretVault,
  type FindResult,
  type Secret,
} from '@valetkey/secretvault'
import { SCHEMA_ID } from '../../server/schema-id.ts'
import { recordsIn } from '../audiences.ts'
import type { Delivery } from '../delivery.ts'
import { tokens } from '../tokens.ts'
import type { NoteDraft } from './samples.ts'

export interface NoteRecord {
  name: string
  writtenAt: string
  diagnosis: Secret<string>
}

function openNotes(delivery: Delivery) {
  const vault = createSecretVault({
    client: tokens,
    audience: recordsIn(delivery),
    // Tokens may live for 10 s only here: a write that waits longer than this is given up.
    writeDeadlineMs: 3000,
  })
  return vault.collection<NoteRecord>(SCHEMA_ID)
}

// The code is the same in both: only the audience's name differs.
const notes = { direct: openNotes('direct'), proxied: openNotes('proxied') }

/** Stores a note: its name as it is on every node, of its diagnosis another share on each. */
export function writeNote(
  delivery: Delivery,
  { name, diagnosis }: NoteDraft,
): Promise<CreateResult> {
  const writtenAt = new Date().toISOString()
  return notes[delivery].create([{ name, writtenAt, diagnosis: { '%allot': diagnosis } }])
}

/** Asks every node and joins the shares. */
export function readNotes(delivery: Delivery): Promise<FindResult<NoteRecord>> {
  return notes[delivery].find()
}

/** Deletes a note on every node. */
export async function deleteNote(delivery: Delivery, id: string): Promise<void> {
  await notes[delivery].delete({ _id: id })
}
