// Says which files make the site's pages, in which order, under which address.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
/** Where the pages lie for the generator: not under version control. */
export const staged = fileURLToPath(new URL('.pages/', import.meta.url))

/** `rest` takes the pages that no group names, so that a new one is found by itself. */
const GROUPS = [
  {
    title: 'Start here',
    files: [
      'docs/why.md',
      'docs/quick-start-vanilla.md',
      'docs/quick-start-react.md',
      'docs/quick-start-next.md',
      'docs/concepts.md',
      'docs/guides/demo.md',
      'docs/troubleshooting.md',
    ],
  },
  {
    title: 'In the page',
    files: ['docs/guides/react.md', 'docs/any-backend.md', 'docs/guides/testing.md'],
  },
  {
    title: 'Vaults',
    files: [
      'docs/guides/secretvault.md',
      'docs/guides/skyflow.md',
      'docs/guides/nexusrundb.md',
      'docs/guides/waltid.md',
      'docs/guides/add-a-system.md',
    ],
    rest: /^docs\/guides\//,
  },
  {
    title: 'On the server',
    files: [
      'docs/authentication.md',
      'docs/minters.md',
      'docs/broker-deploy.md',
      'docs/observability.md',
      'docs/scale-out.md',
      'docs/fleet.md',
      'docs/real-services.md',
      'examples/README.md',
    ],
  },
  {
    title: 'Reference',
    files: ['docs/lifecycle.md', 'docs/errors.md', 'docs/protocol.md', 'docs/sizes.md'],
  },
  { title: 'Packages', files: [], rest: /^packages\// },
  {
    title: 'Evidence',
    files: [
      'docs/comparison.md',
      'docs/benchmarks.md',
      'docs/scenarios.md',
      'docs/security/clauses.md',
      'docs/security/faults.md',
      'docs/nightly.md',
    ],
    rest: /^docs\/security\//,
  },
  {
    title: 'Project',
    files: ['docs/architecture.md', 'SECURITY.md', 'CONTRIBUTING.md'],
    rest: /^docs\/(?!decisions\/|index\.md$)/,
  },
  { title: 'Decisions', files: [], rest: /^docs\/decisions\// },
]

/** Every file that is a page, relative to the root. */
export function sources() {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.split('\\').join('/')}`)
    .filter((file) => file.endsWith('.md') && !file.startsWith('docs/site/'))
  const readmes = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)
  const others = ['SECURITY.md', 'CONTRIBUTING.md', 'examples/README.md']
  return [...inDocs, ...readmes, ...others]
    .filter((file) => existsSync(join(root, file)))
    .sort((one, other) => (one < other ? -1 : 1))
}

/** Where the page of a file lies on the site: `packages/client/README.md` is `packages/client.md`. */
export function pageOf(file) {
  const path = file.replace(/^docs\//, '').replace(/\/README\.md$/, '.md')
  return path === path.toUpperCase().replace(/MD$/, 'md') ? path.toLowerCase() : path
}

export function titleOf(file) {
  const [, title] = /^# (.+)$/m.exec(readFileSync(join(root, file), 'utf8')) ?? []
  return title?.replaceAll('`', '') ?? file
}

/** Groups of `{ title, files }` in the order of the sidebar; each file stands in one. */
export function groups() {
  const files = sources()
  const named = new Set(GROUPS.flatMap((group) => group.files))
  const taken = new Set()
  return GROUPS.map(({ title, files: first, rest }) => {
    const others = files.filter((file) => rest?.test(file) && !named.has(file) && !taken.has(file))
    for (const file of others) taken.add(file)
    return { title, files: [...first.filter((file) => files.includes(file)), ...others] }
  })
}
