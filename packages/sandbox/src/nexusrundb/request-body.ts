/** Reads the bodies that the emulated database takes. */
import { badRequest } from './answers.ts'

/** The new id of a rename: documented as in the body, assumed to be its member `id`. */
export async function newIdIn(request: { text(): Promise<string> }): Promise<string> {
  const content = parsed(await request.text())
  if (typeof content === 'object' && content !== null && 'id' in content) {
    const { id } = content
    if (typeof id === 'string') return id
  }
  throw badRequest('The body must be JSON with the new id as id')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
