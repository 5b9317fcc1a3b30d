/** Reads a JSON body whatever its content type: browsers send it as text to spare a preflight. */
import { invalidRequest } from './errors.ts'

export async function readJson(request: { text(): Promise<string> }): Promise<unknown> {
  const text = await request.text()
  try {
    return JSON.parse(text)
  } catch {
    throw invalidRequest('The body is not JSON.')
  }
}
