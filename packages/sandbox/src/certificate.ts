/** Makes the certificate of an HTTPS listener, signed by an authority that exists for this one alone. */
import { isIP } from 'node:net'
import { Integer, OctetString, Utf8String } from 'asn1js'
import {
  AltName,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  GeneralName,
} from 'pkijs'

export interface ServerCertificate {
  /** What clients must trust, PEM. Its private key is forgotten once it has signed. */
  authority: string
  /** The server's certificate, PEM. */
  certificate: string
  /** The server's private key, PKCS#8 PEM. */
  key: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const AUTHORITY_NAME = 'Sandbox test authority'
const DAY_MS = 86_400_000
const LIFETIME_DAYS = 30
const OID = { commonName: '2.5.4.3', subjectAltName: '2.5.29.17', basicConstraints: '2.5.29.19' }
const DNS_NAME = 2
const IP_ADDRESS = 7

/** `hosts` are the names and addresses the certificate is good for. */
export async function createServerCertificate(
  hosts: readonly string[],
): Promise<ServerCertificate> {
  const [authority, server] = await Promise.all([generateKeys(), generateKeys()])
  const signer = authority.privateKey
  const [authorityPem, serverPem, key] = await Promise.all([
    sign(signer, {
      subject: AUTHORITY_NAME,
      publicKey: authority.publicKey,
      extension: extensionOf(OID.basicConstraints, new BasicConstraints({ cA: true })),
    }),
    sign(signer, {
      subject: hosts[0] ?? 'localhost',
      publicKey: server.publicKey,
      extension: extensionOf(OID.subjectAltName, new AltName({ altNames: hosts.map(nameOf) })),
    }),
    crypto.subtle.exportKey('pkcs8', server.privateKey),
  ])
  return { authority: authorityPem, certificate: serverPem, key: pemOf('PRIVATE KEY', key) }
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

interface Draft {
  subject: string
  publicKey: CryptoKey
  extension: Extension
}

async function sign(signer: CryptoKey, draft: Draft): Promise<string> {
  const certificate = new Certificate({ version: 2, extensions: [draft.extension] })
  certificate.serialNumber = new Integer({ valueHex: randomSerial() })
  certificate.subject.typesAndValues.push(commonName(draft.subject))
  certificate.issuer.typesAndValues.push(commonName(AUTHORITY_NAME))
  // A day back, so that a machine whose clock is behind accepts it too.
  certificate.notBefore.value = new Date(Date.now() - DAY_MS)
  certificate.notAfter.value = new Date(Date.now() + LIFETIME_DAYS * DAY_MS)
  await certificate.subjectPublicKeyInfo.importKey(draft.publicKey)
  await certificate.sign(signer, 'SHA-256')
  return pemOf('CERTIFICATE', certificate.toSchema(true).toBER())
}

/** Positive and without leading zeros, as DER wants it. */
function randomSerial(): ArrayBuffer {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f)
  return bytes.buffer
}

function commonName(value: string): AttributeTypeAndValue {
  return new AttributeTypeAndValue({ type: OID.commonName, value: new Utf8String({ value }) })
}

function extensionOf(extnID: string, value: BasicConstraints | AltName): Extension {
  const critical = extnID === OID.basicConstraints
  return new Extension({ extnID, critical, extnValue: value.toSchema().toBER() })
}

function nameOf(host: string): GeneralName {
  if (isIP(host) === 0) return new GeneralName({ type: DNS_NAME, value: host })
  return new GeneralName({
    type: IP_ADDRESS,
    value: new OctetString({ valueHex: addressBytes(host).buffer }),
  })
}

/** The bytes of an IP address in any of its spellings. */
function addressBytes(address: string): Uint8Array<ArrayBuffer> {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.'), Number)
  // The URL parser writes every IPv6 address in its one canonical form.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Uint8Array.from(
    [...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]),
  )
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

function pemOf(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
