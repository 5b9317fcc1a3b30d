/** In a fresh Node app: imports all that the installed packages export. */
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('node_modules/@valetkey/', import.meta.url)
const manifests = readdirSync(folder).map((name) =>
  readFileSync(new URL(`${name}/package.json`, folder), 'utf8'),
)
const packages = manifests.map((text) => JSON.parse(text))
// What pnpm understands and npm does not.
if (manifests.some((text) => /"(workspace|catalog):/.test(text)))
  throw new Error('a dependency has no version')
if (new Set(packages.map(({ version }) => version)).size !== 1)
  throw new Error('the packages have different versions')

const entries = packages.flatMap(({ name, exports }) =>
  Object.keys(exports).map((path) => `${name}${path.slice(1)}`),
)
for (const entry of entries) {
  const options = entry.endsWith('.json') ? { with: { type: 'json' } } : {}
  const names = Object.keys(await import(entry, options))
  if (names.length === 0) throw new Error(`${entry} exports nothing`)
}
console.log(`${entries.length} entries`)
