/** The code behind each action on notes: as a hook, without a framework, from a shell. */
import { SCHEMA_ID } from '../../server/schema-id.ts'
import type { NodeAudience } from '../audiences.ts'
import { currentUserId } from '../session.ts'
import { curlOf } from './curl.ts'
import type { ActionCode } from './patient-code.ts'
import { blocksOf } from './source-blocks.ts'
import { sourceOf } from './sources.ts'

/** The node that the shell commands call: the others are called alike. */
export interface FirstNode {
  audience: NodeAudience
  url: string
}

export function writeCode(node: FirstNode): ActionCode {
  const note = {
    _id: '<a UUID, the same on every node>',
    name: 'Maya Lindqvist',
    writtenAt: '2026-01-01T00:00:00Z',
    diagnosis: { '%share': '<the share of this node, in base64>' },
  }
  const body = { schema: SCHEMA_ID, data: [note] }
  return codeOf(['useWriteNote', 'writeNote'], node, { path: 'api/v1/data/create', body })
}

export function readCode(node: FirstNode): ActionCode {
  const body = { schema: SCHEMA_ID, filter: {} }
  return codeOf(['useNotes', 'readNotes'], node, { path: 'api/v1/data/read', body })
}

function codeOf(
  [hook, action]: [string, string],
  node: FirstNode,
  call: { path: string; body: unknown },
): ActionCode {
  const shell = curlOf({ ...node, ...call, method: 'POST' }, location.origin, currentUserId() ?? '')
  return {
    react: blocksOf(sourceOf('note-queries.ts'), [hook]),
    vanilla: [
      blocksOf(sourceOf('tokens.ts'), ['tokens']),
      blocksOf(sourceOf('patient-notes.ts'), ['openNotes', 'notes', action]),
    ].join('\n\n'),
    curl: `# one node; the page asks every node, and splits or joins the shares itself\n${shell}`,
  }
}
