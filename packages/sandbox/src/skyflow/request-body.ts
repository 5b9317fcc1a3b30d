/** Reads bodies whatever their content type: browsers send JSON as text to spare a preflight. */
import { invalidRequest } from './errors.ts'

interface Body {
  text(): Promise<string>
}

export async function readJson(request: Body): Promise<unknown> {
  return parse(await request.text())
}

/** JSON, or the fields of a form: of the vendor's clients some send the one, some the other. */
export async function readJsonOrForm(request: Body): Promise<unknown> {
  const text = await request.text()
  return /^\s*[[{]/.test(text) || !text.includes('=')
    ? parse(text)
    : Object.fromEntries(new URLSearchParams(text))
}

/** @throws {SkyflowError} 400 for anything but multipart form data. */
export async function readMultipart(request: { formData(): Promise<FormData> }): Promise<FormData> {
  try {
    return await request.formData()
  } catch {
    throw invalidRequest('The body is not multipart/form-data.')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalidRequest('The body is not JSON.')
  }
}
