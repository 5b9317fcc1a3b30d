/** The code behind each action on notes: as a hook, without a framework, from a shell. */
import { SCHEMA_ID } from '../../server/schema-id.ts'
import type { NodeAudience } from '../audiences.ts'
import { type ActionCode, codeOf } from './action-code.ts'

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
  return noteCode(['useWriteNote', 'writeNote'], node, { path: 'api/v1/data/create', body })
}

export function readCode(node: FirstNode): ActionCode {
  const body = { schema: SCHEMA_ID, filter: {} }
  return noteCode(['useNotes', 'readNotes'], node, { path: 'api/v1/data/read', body })
}

function noteCode(
  [hook, action]: [string, string],
  node: FirstNode,
  call: { path: string; body: unknown },
): ActionCode {
  const code = codeOf({
    hook: { file: 'note-queries.ts', names: ['TRAFFIC_MS', hook] },
    action: { file: 'patient-notes.ts', names: ['openNotes', 'notes', action] },
    call: { ...node, ...call, method: 'POST' },
  })
  const remark = '# one node; the page asks every node, and splits or joins the shares itself'
  return { ...code, curl: `${remark}\n${code.curl}` }
}
