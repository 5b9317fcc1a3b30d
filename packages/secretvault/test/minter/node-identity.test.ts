import { describe, expect, it, onTestFinished } from 'vitest'
import { type Sandbox, type SecretVaultCluster, startSandbox } from '@valetkey/sandbox'
import { type NodeConfig, secretvault } from '../../src/minter/index.ts'
import { vectors } from '../vectors/index.ts'
import { requestOf } from './nodes-of-today.ts'

type Fact = 'did' | 'didKey' | 'publicKey'

async function open(): Promise<Sandbox> {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** The cluster as its owner may know it: of each node no more than these facts. */
function known({ secretKey, orgDid, nodes }: SecretVaultCluster, ...facts: Fact[]) {
  const few = nodes.map((node): NodeConfig => {
    const kept = facts.map((fact) => [fact, node[fact]] as const)
    return { url: node.url, ...Object.fromEntries(kept) }
  })
  return { secretKey, orgDid, nodes: few }
}

const audienceOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).aud

const about = (sandbox: Sandbox) =>
  sandbox.nodes.map((node) =>
    node
      .requests()
      .requests.filter(({ path }) => path === '/about')
      .reduce((sum, { count }) => sum + count, 0),
  )

describe('a node that is known by its address alone', () => {
  it.each(['jwt', 'nuc'] as const)('is asked once who it is, for %s', async (tokenFormat) => {
    const sandbox = await open()
    const { nodes } = sandbox.secretvault
    const minter = secretvault({ cluster: known(sandbox.secretvault), tokenFormat })
    const members = minter.members()
    expect(members.map(({ name }) => name)).toEqual(nodes.map(({ url }) => new URL(url).host))
    const tokens = await Promise.all(
      [...members, ...members].map(({ name }) => minter.mint(requestOf({ member: name }))),
    )
    const dids = nodes.map(({ did, didKey }) => (tokenFormat === 'jwt' ? did : didKey))
    expect(tokens.map(({ value }) => audienceOf(value))).toEqual([...dids, ...dids])
    expect(about(sandbox)).toEqual([1, 1, 1])
  })

  it('may stumble: it is asked again, at once, and a while later for a new key', async () => {
    const sandbox = await open()
    let now = Date.now()
    const clock = { now: () => now }
    const cluster = known(sandbox.secretvault)
    const minter = secretvault({ cluster, tokenFormat: 'nuc', clock })
    const request = requestOf({ member: minter.members()[0]?.name ?? '' })
    const [node] = sandbox.nodes
    node?.fault({ status: 503, times: 2 })
    const before = audienceOf((await minter.mint(request)).value)
    expect(before).toBe(sandbox.secretvault.nodes[0]?.didKey)
    node?.fault({ rotatedKey: true })
    expect(audienceOf((await minter.mint(request)).value)).toBe(before)
    now += 300_000
    expect(audienceOf((await minter.mint(request)).value)).not.toBe(before)
    const rotated = audienceOf((await minter.mint(request)).value)
    now += 300_000
    node?.fault({ down: true })
    expect(audienceOf((await minter.mint(request)).value)).toBe(rotated)
  })

  it('gets no token while it does not say who it is; the others do', async () => {
    const sandbox = await open()
    const cluster = known(sandbox.secretvault)
    const minter = secretvault({ cluster, tokenFormat: 'nuc' })
    sandbox.nodes[1]?.fault({ down: true })
    const outcomes = await Promise.allSettled(
      minter.members().map(({ name }) => minter.mint(requestOf({ member: name }))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'temporarily_unavailable' } })
  })
})

describe('a node of which something is known', () => {
  it.each(['didKey', 'publicKey'] as const)('by its %s is not asked', async (fact) => {
    const sandbox = await open()
    const cluster = known(sandbox.secretvault, fact)
    const minter = secretvault({ cluster, tokenFormat: 'nuc' })
    const [member] = minter.members()
    expect(member?.name).toBe(sandbox.secretvault.nodes[0]?.didKey)
    await minter.mint(requestOf({ member: member?.name ?? '' }))
    expect(about(sandbox)).toEqual([0, 0, 0])
  })

  it.each([
    ['nuc', 'did'],
    ['jwt', 'publicKey'],
  ] as const)('is held to it for %s: its answer has to fit its %s', async (tokenFormat, fact) => {
    const sandbox = await open()
    const cluster = known(sandbox.secretvault, fact)
    const minter = secretvault({ cluster, tokenFormat })
    const [one, two] = minter.members().map(({ name }) => requestOf({ member: name }))
    await minter.mint(one!)
    sandbox.nodes[1]?.fault({ rotatedKey: true })
    await expect(minter.mint(two!)).rejects.toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringContaining('not the answer of the node that is configured'),
    })
  })

  it('is not taken for what it was when it comes to answer as another', async () => {
    const sandbox = await open()
    let now = Date.now()
    const minter = secretvault({
      cluster: known(sandbox.secretvault, 'did'),
      tokenFormat: 'nuc',
      clock: { now: () => now },
    })
    const request = requestOf({ member: minter.members()[0]?.name ?? '' })
    await minter.mint(request)
    sandbox.nodes[0]?.fault({ rotatedKey: true })
    now += 300_000
    await expect(minter.mint(request)).rejects.toMatchObject({ code: 'upstream_invalid' })
  })

  const { org, node } = vectors.keys
  const nucOf = (facts: object, checkDid = true) =>
    secretvault({
      cluster: { secretKey: org.privateKeyHex, nodes: [{ url: 'https://node.example', ...facts }] },
      tokenFormat: 'nuc',
      checkDid,
    })
  it.each([
    ['a key that is none', { publicKey: '02' }, /nodes\[0\]\.publicKey must be/],
    ['a DID that is none', { did: 'did:key:zQ3sh' }, /nodes\[0\]\.did must be the did:key/],
    ['no text', { didKey: 1 }, /nodes\[0\]\.didKey must be/],
    ['two keys', { didKey: org.didKey, publicKey: node.publicKeyCompressedHex }, /another node/],
    ['two DIDs', { didKey: org.didKey, did: node.didNilTestnet }, /did is of another node/],
  ])('is not taken with %s', (_, facts, words) => {
    expect(() => nucOf(facts)).toThrow(words)
  })

  it('is taken with DIDs that do not fit where they are not checked', () => {
    expect(nucOf({ didKey: org.didKey, did: node.didNilTestnet }, false).members()).toEqual([
      { name: org.didKey, resource: 'https://node.example/' },
    ])
  })

  it('needs no organization’s DID, and refuses that of another', async () => {
    const cluster = (orgDid: string) => ({
      secretKey: org.privateKeyHex,
      orgDid,
      nodes: [{ url: 'https://node.example', didKey: node.didKey }],
    })
    const minter = (orgDid: string) => secretvault({ cluster: cluster(orgDid), tokenFormat: 'nuc' })
    for (const orgDid of [org.didKey, org.didNilTestnet])
      expect(minter(orgDid).members()).toHaveLength(1)
    for (const orgDid of [node.didKey, node.didNilTestnet])
      expect(() => minter(orgDid)).toThrow(/orgDid does not belong to the key/)
  })

  it('is served by a key that is elsewhere, without any credentials in the configuration', async () => {
    const { secp256k1 } = await import('@noble/curves/secp256k1.js')
    const key = Buffer.from(org.privateKeyHex, 'hex')
    const minter = secretvault({
      cluster: { nodes: [{ url: 'https://node.example', didKey: node.didKey }] },
      tokenFormat: 'nuc',
      signer: {
        publicKey: secp256k1.getPublicKey(key),
        sign: (digest) => secp256k1.sign(digest, key, { prehash: false }),
      },
    })
    const { value } = await minter.mint(requestOf({ member: node.didKey }))
    const [, payload = ''] = value.split('.')
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).iss).toBe(org.didKey)
  })
})
