/** Reads one node alone, as an auditor would: shares, not secrets. */
import { SCHEMA_ID } from '../../server/schema-id.ts'
import type { NodeAudience } from '../audiences.ts'
import { tokens } from '../tokens.ts'

/** A note as one node stores it. */
export interface StoredNote {
  id: string
  name: string
  /** The node's share of the diagnosis, in base64. */
  share: string
  /** The share's bytes taken for text. */
  asText: string
}

interface NodeDocument {
  _id: string
  name: string
  diagnosis: { '%share': string }
}

/** The notes one node stores, newest first. */
export async function readStored(audience: NodeAudience): Promise<StoredNote[]> {
  const vaultFetch = tokens.fetchFor(audience)
  const response = await vaultFetch('api/v1/data/read', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: SCHEMA_ID, filter: {} }),
  })
  if (!response.ok) throw new Error(`The node answered ${response.status}.`)
  const { data } = (await response.json()) as { data: NodeDocument[] }
  return data.map(({ _id, name, diagnosis }) => {
    const share = diagnosis['%share']
    return { id: _id, name, share, asText: asText(share) }
  })
}

const SHOWN_BYTES = 48

function asText(base64: string): string {
  const bytes = Array.from(atob(base64), (character) => character.charCodeAt(0))
  return bytes
    .slice(0, SHOWN_BYTES)
    .map((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '·'))
    .join('')
}

function isPrintable(byte: number): boolean {
  return (byte > 0x20 && byte < 0x7f) || byte > 0xa0
}
