/** Reads the nodes of a cluster configuration. */
import { type ClusterRules, isFields, type Report } from './cluster-fields.ts'
import { type NodeClaims, parseClaims } from './node-claims.ts'

/** A node's base URL, which ends in `/`, and what is known of its identity. */
export interface ClusterNode extends NodeClaims {
  /** What its audience ends in: its DID, or its host where the configuration gives none. */
  name: string
  url: string
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** All nodes, or `undefined` with every fault reported. */
export function parseNodes(
  value: unknown,
  rules: ClusterRules,
  report: Report,
): readonly ClusterNode[] | undefined {
  if (!Array.isArray(value) || value.length === 0)
    return report('nodes', 'must be a list of at least one { "url": …, "did": … }')
  const nodes = value.map((node: unknown, i) => parseNode(node, `nodes[${i}]`, { rules, report }))
  const found = nodes.filter((node) => node !== undefined)
  reportDuplicates(nodes, report)
  return found.length === nodes.length ? found : undefined
}

function parseNode(
  value: unknown,
  field: string,
  { rules, report }: { rules: ClusterRules; report: Report },
): ClusterNode | undefined {
  if (!isFields(value)) return report(field, 'must be an object { "url": …, "did": … }')
  const url = parseUrl(value.url, `${field}.url`, { rules, report })
  const claims = parseClaims(value, field, { rules, report })
  if (url === undefined || claims === undefined) return undefined
  return { name: claims.did ?? hostNameOf(url), url, ...claims }
}

/** In letters that an audience may have. */
function hostNameOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`.replace(/[^\w.:@-]+/g, '-').replace(/^[^a-z0-9]+|-+$/gi, '')
}

function parseUrl(
  value: unknown,
  field: string,
  { rules, report }: { rules: ClusterRules; report: Report },
): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null
  if (url === null) return report(field, 'must be an absolute URL, such as https://node.example')
  if (url.username || url.password)
    return report(field, 'holds a user name or password; remove them, the token is the credential')
  if (url.search || url.hash) return report(field, 'holds a query or fragment; remove it')
  const local = LOOPBACK.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (local || rules.allowHttp)))
    return report(field, 'must begin with https://, or http:// on this machine (localhost)')
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

function reportDuplicates(nodes: readonly (ClusterNode | undefined)[], report: Report): void {
  for (const field of ['url', 'did'] as const)
    for (const [i, node] of nodes.entries()) {
      const first = nodes.findIndex((other) => node?.[field] && other?.[field] === node[field])
      if (node && first !== -1 && first < i)
        report(`nodes[${i}].${field}`, `repeats nodes[${first}].${field}; name each node once`)
    }
}
