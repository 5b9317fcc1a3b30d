import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type Cluster,
  type ClusterConfig,
  readCluster,
  sourceOf,
} from '../../src/minter/cluster-config.ts'
import type { ClusterRules } from '../../src/minter/cluster-fields.ts'
import { ClusterConfigError, type ClusterFault } from '../../src/minter/index.ts'
import { vectors } from '../vectors/index.ts'

const { privateKeyHex: secretKey, didNilTestnet: orgDid } = vectors.keys.org
const node = { url: 'https://node.example', did: vectors.keys.node.didNilTestnet }
const other = {
  url: 'https://other.example/base',
  did: 'did:nil:testnet:nillion1qfrl8nje3nvwh6cryj63mz2y6gsdptvn07nx8v',
}
const good = { orgCredentials: { secretKey, orgDid }, nodes: [node, other] }
const RULES = { checkDid: true, allowHttp: false }

function read(config: string | URL | ClusterConfig, rules: Partial<ClusterRules> = {}): Cluster {
  const faults: ClusterFault[] = []
  const report = (field: string, fault: string) => void faults.push({ field, fault })
  const cluster = readCluster(config, { ...RULES, ...rules }, report)
  if (cluster && faults.length === 0) return cluster
  throw new ClusterConfigError(sourceOf(config), faults)
}

function errorOf(config: unknown, rules: Partial<ClusterRules> = {}): ClusterConfigError {
  try {
    read(config as typeof good, rules)
  } catch (error) {
    if (error instanceof ClusterConfigError) return error
    throw error
  }
  throw new Error('no fault was found')
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'cluster.json')
  writeFileSync(path, text)
  return path
}

describe('readCluster', () => {
  it('reads the vendor shape from a file, by path or URL', () => {
    const path = fileWith(JSON.stringify(good))
    for (const source of [path, pathToFileURL(path)])
      expect(read(source)).toMatchObject({
        orgDid,
        nodes: [{ url: 'https://node.example/' }, { url: 'https://other.example/base/' }],
      })
  })

  it('takes the credentials at the top as well, and fields it does not know', () => {
    const config = { secretKey, orgDid, nodes: [node], name: 'mine' }
    expect(read(config)).toMatchObject({ orgDid })
  })

  it.each(['http://localhost:8081', 'http://127.0.0.1:1', 'http://[::1]:1', 'http://a.localhost'])(
    'takes %s, which does not leave this machine',
    (url) => {
      const { nodes } = read({ ...good, nodes: [{ ...node, url }] })
      expect(nodes[0]?.url).toBe(`${url}/`)
    },
  )

  it('takes http beyond this machine only where the config says so', () => {
    const config = { ...good, nodes: [{ ...node, url: 'http://node.example' }] }
    expect(errorOf(config).faults).toMatchObject([{ field: 'nodes[0].url' }])
    expect(read(config, { allowHttp: true }).nodes).toHaveLength(1)
  })

  it('takes a DID that the nodes know the organization by, where the check is off', () => {
    const config = { ...good, orgCredentials: { secretKey, orgDid: other.did } }
    expect(errorOf(config).faults).toMatchObject([{ field: 'orgCredentials.orgDid' }])
    expect(read(config, { checkDid: false }).orgDid).toBe(other.did)
  })
})

const CANARY = 'c4na27c4na27'
const swapped = `${CANARY}${secretKey.slice(CANARY.length)}`

describe('ClusterConfigError', () => {
  it.each<[string, unknown, string, RegExp]>([
    ['no object', [swapped], 'the content', /JSON object/],
    ['no credentials', { nodes: [node] }, 'orgCredentials', /missing/],
    [
      'credentials of another type',
      { ...good, orgCredentials: swapped },
      'orgCredentials',
      /object/,
    ],
    ['credentials twice', { ...good, secretKey: swapped }, 'orgCredentials', /give them once/],
    ['no key', { ...good, orgCredentials: { orgDid } }, 'orgCredentials.secretKey', /missing/],
    ['no key at the top', { orgDid, nodes: [node] }, 'secretKey', /missing/],
    [
      'a short key',
      { ...good, orgCredentials: { secretKey: swapped.slice(2), orgDid } },
      'orgCredentials.secretKey',
      /64 hex/,
    ],
    ['no DID', { ...good, orgCredentials: { secretKey } }, 'orgCredentials.orgDid', /missing/],
    [
      'the key in the DID field',
      { ...good, orgCredentials: { secretKey, orgDid: swapped } },
      'orgCredentials.orgDid',
      /did:nil:<testnet/,
    ],
    [
      'a mistyped DID',
      { ...good, orgCredentials: { secretKey, orgDid: orgDid.replace('2vf', '2vg') } },
      'orgCredentials.orgDid',
      /mistyped/,
    ],
    [
      'a key of another organization',
      { ...good, orgCredentials: { secretKey: '33'.repeat(32), orgDid } },
      'orgCredentials.orgDid',
      /whose DID is did:nil:testnet:nillion1/,
    ],
    ['no nodes', { ...good, nodes: undefined }, 'nodes', /at least one/],
    ['an empty list', { ...good, nodes: [] }, 'nodes', /at least one/],
    ['a node that is a text', { ...good, nodes: [swapped] }, 'nodes[0]', /object/],
    ['no URL', { ...good, nodes: [{ did: node.did }] }, 'nodes[0].url', /absolute URL/],
    [
      'a relative URL',
      { ...good, nodes: [{ ...node, url: `/${swapped}` }] },
      'nodes[0].url',
      /absolute URL/,
    ],
    [
      'a URL with a password',
      { ...good, nodes: [{ ...node, url: `https://a:${CANARY}@node.example` }] },
      'nodes[0].url',
      /password/,
    ],
    [
      'a URL with a query',
      { ...good, nodes: [{ ...node, url: `https://node.example/?key=${CANARY}` }] },
      'nodes[0].url',
      /query/,
    ],
    [
      'another scheme',
      { ...good, nodes: [{ ...node, url: 'ftp://node.example' }] },
      'nodes[0].url',
      /https:/,
    ],
    [
      'a node DID of another era',
      { ...good, nodes: [node, { ...other, did: 'did:key:zQ3sh' }] },
      'nodes[1].did',
      /did:nil:<testnet/,
    ],
    [
      'a mistyped node DID',
      { ...good, nodes: [{ ...node, did: node.did.replace('3e9', '3e8') }] },
      'nodes[0].did',
      /mistyped/,
    ],
    [
      'a node twice by URL',
      { ...good, nodes: [node, { ...other, url: 'https://NODE.example/' }] },
      'nodes[1].url',
      /repeats nodes\[0\]/,
    ],
    [
      'a node twice by DID',
      { ...good, nodes: [node, { ...node, url: other.url }] },
      'nodes[1].did',
      /repeats nodes\[0\]/,
    ],
  ])('names field and mend for %s, and quotes nothing', (...[, config, field, fault]) => {
    const error = errorOf(config)
    expect(error.faults.map((f) => f.field)).toContain(field)
    expect(error.faults.find((f) => f.field === field)?.fault).toMatch(fault)
    expect(error.message).toContain(field)
    const shown = `${inspect(error, { depth: 9 })}${JSON.stringify(error)}${error.stack}`
    expect(shown).not.toContain(CANARY)
    expect(shown).not.toContain(secretKey)
    expect(shown).not.toContain('3333333333')
  })

  it.each<[string, string, object, RegExp]>([
    [
      'orgCredential',
      'orgCredentials',
      { orgCredential: good.orgCredentials, nodes: [node] },
      /missing \(orgCredential is there: is it meant by that\?\)/,
    ],
    ['orgDID', 'orgDid', { secretKey, orgDID: orgDid, nodes: [node] }, /orgDID is there/],
    ['node', 'nodes', { ...good, nodes: undefined, node: [node] }, /node is there/],
  ])('shows where %s was meant by %s', (...[, field, config, fault]) => {
    expect(errorOf(config).faults).toEqual([{ field, fault: expect.stringMatching(fault) }])
  })

  it('refuses a file that names a field twice, of which only one would count', () => {
    const text = JSON.stringify(good).replace('{', `{"nodes":[],`)
    expect(errorOf(fileWith(text)).faults).toEqual([
      { field: 'the file', fault: expect.stringContaining('names nodes twice') },
    ])
  })

  it('tells all faults at once', () => {
    const { faults } = errorOf({
      orgCredentials: { secretKey: 'x', orgDid: 'y' },
      nodes: [{ url: 'z', did: 'w' }, 1],
    })
    expect(faults.map(({ field }) => field)).toEqual([
      'nodes[0].url',
      'nodes[0].did',
      'nodes[1]',
      'orgCredentials.secretKey',
      'orgCredentials.orgDid',
    ])
  })

  it('names the file that is not there', () => {
    const error = errorOf('/no/such/cluster.json')
    expect(error.source).toBe('/no/such/cluster.json')
    expect(error.message).toMatch(/\/no\/such\/cluster\.json.*the file cannot be read \(ENOENT\)/s)
  })

  it('says where a file is not JSON, without the text around it', () => {
    const path = fileWith(`{\n  "secretKey": "${swapped}" "orgDid": 1\n}`)
    const error = errorOf(path)
    expect(error.message).toMatch(/is not JSON \(line 2 column \d+\)/)
    expect(inspect(error)).not.toContain(CANARY)
  })
})
