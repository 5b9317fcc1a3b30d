// Finds tokens and keys in what the checks print. Tests mint thousands of them; none may be shown.

const SECRETS = [
  ['a JWT', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
  ['a bearer header', /\bBearer [\w.~+/-]{24,}/g],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ['a Skyflow API key', /\bsky-[a-zA-Z0-9]{5}-[a-fA-F0-9]{32}\b/g],
]

/**
 * Names what was found and the line it is on, without a character of it.
 *
 * @param {string} output
 * @returns {string[]}
 */
export function secretsIn(output) {
  return SECRETS.flatMap(([kind, pattern]) =>
    [...output.matchAll(pattern)].map(
      ({ index }) => `${kind} in line ${output.slice(0, index).split('\n').length} of the output`,
    ),
  )
}
