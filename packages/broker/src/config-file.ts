/** Reads files of a configuration, with what is wrong in words that quote nothing of them. */
import { duplicateNameIn } from './duplicate-names.ts'

/** What was read, or why it cannot be. */
export type Read<T> = { readonly value: T } | { readonly fault: string }

/** The text of a file, without a byte order mark. */
export function readConfigFile(path: string | URL): Read<string> {
  // Looked up and not imported: where there are no files, the content is given instead.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  if (!fs) return { fault: 'cannot be read here; give the content of the file' }
  try {
    return { value: fs.readFileSync(path, 'utf8').replace(/^\uFEFF/, '') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
    return { fault: `cannot be read (${code}); check its path and permissions` }
  }
}

/** JSON in which no object names a member twice: of two, a reader would take one in silence. */
export function parseConfigJson(text: string): Read<unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser quotes the text around the fault, which may be a key.
    const [place = 'no place named'] = /line \d+ column \d+/.exec(String(error)) ?? []
    return { fault: `is not JSON (${place}); check quotes, commas and brackets` }
  }
  const twice = duplicateNameIn(text)
  return twice === undefined
    ? { value }
    : { fault: `names ${twice} twice; only one of the two would count, remove the other` }
}
