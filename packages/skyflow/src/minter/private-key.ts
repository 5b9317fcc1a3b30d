/** Reads the PKCS#8 PEM of a service account and says what is wrong with one that cannot sign. */

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----([\sA-Za-z0-9+/=]*)-----END \1-----$/
const MIN_BITS = 2048
const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTET_STRING = 0x04
/** 1.2.840.113549.1.1.1, rsaEncryption (RFC 8017, appendix A.1). */
const RSA = '2a864886f70d010101'

/** What is wrong with a key, in words that hold nothing of it. */
export interface KeyFault {
  fault: string
}

/**
 * The DER of an RSA key of at least 2048 bits (RFC 5958), else what is wrong with it. Line breaks may be
 * spelled `\n`, as environment variables have them.
 */
export function parsePrivateKey(input: unknown): Uint8Array<ArrayBuffer> | KeyFault {
  if (typeof input !== 'string') return { fault: 'must be a text, the PEM of the private key' }
  const match = PEM.exec(input.replaceAll(/\\r|\\n/g, '\n').trim())
  if (!match)
    return {
      fault: 'is not a PEM; give it whole, from -----BEGIN PRIVATE KEY----- to its END line',
    }
  const fault = labelFault(match[1])
  if (fault !== undefined) return { fault }
  const der = bytesOf(match[2] ?? '')
  const bits = der && modulusBits(der)
  if (der === undefined || bits === undefined)
    return { fault: 'is cut off or not an RSA key in PKCS#8; download credentials.json anew' }
  if (bits < MIN_BITS)
    return {
      fault: `is an RSA key of ${bits} bits; RS256 needs ${MIN_BITS} at least, make a new key`,
    }
  return der
}

function labelFault(label: string | undefined): string | undefined {
  if (label === 'PRIVATE KEY') return undefined
  if (label === 'RSA PRIVATE KEY')
    return 'is in PKCS#1; convert it: openssl pkcs8 -topk8 -nocrypt -in key.pem'
  if (label === 'ENCRYPTED PRIVATE KEY')
    return 'is encrypted; decrypt it: openssl pkcs8 -in key.pem'
  return 'is no private key; give the one from credentials.json (-----BEGIN PRIVATE KEY-----)'
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (c) => c.charCodeAt(0))
  } catch {
    return undefined
  }
}

interface Element {
  content: Uint8Array
  /** What follows it. */
  rest: Uint8Array
}

/** PrivateKeyInfo: version, algorithm, and in an octet string RSAPrivateKey: version, modulus, … */
function modulusBits(der: Uint8Array): number | undefined {
  const info = elementOf(der, SEQUENCE)
  const version = elementOf(info?.content, INTEGER)
  const algorithm = elementOf(version?.rest, SEQUENCE)
  const key = elementOf(algorithm?.rest, OCTET_STRING)
  const rsa = elementOf(key?.content, SEQUENCE)
  const modulus = elementOf(elementOf(rsa?.content, INTEGER)?.rest, INTEGER)
  if (algorithm === undefined || modulus === undefined) return undefined
  const { content, rest } = algorithm
  if (!hexOf(content.subarray(2)).startsWith(RSA) || rest.length === 0) return undefined
  return bitsOf(modulus.content)
}

function bitsOf(integer: Uint8Array): number {
  const first = integer.findIndex((byte) => byte !== 0)
  const leading = integer[first]
  if (leading === undefined) return 0
  return (integer.length - first) * 8 - (Math.clz32(leading) - 24)
}

/** The DER element at the start (X.690, section 8.1), or `undefined` if it is another or cut off. */
function elementOf(bytes: Uint8Array | undefined, tag: number): Element | undefined {
  if (bytes?.[0] !== tag) return undefined
  const short = bytes[1] ?? 0xff
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f
  if (lengthBytes > 4) return undefined
  const start = 2 + lengthBytes
  const length =
    lengthBytes === 0 ? short : bytes.subarray(2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  const end = start + length
  return end > bytes.length
    ? undefined
    : { content: bytes.subarray(start, end), rest: bytes.subarray(end) }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
