/** Reads the answer of an upstream whole, unless it has no end. */
import { MintError } from './minter.ts'

/** The longest token the broker takes is 128 KiB. */
const MAX_CHARACTERS = 256 * 1024

/** @throws {MintError} `upstream_invalid` for an answer that is too long. */
export async function readAnswer({ body }: Response, name: string): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_CHARACTERS)
      throw new MintError('upstream_invalid', `${name} gave an answer without end`)
  }
  return text + decoder.decode()
}
