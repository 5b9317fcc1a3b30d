// Lists what the published packages export: the names that a reader imports, with their sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

/** `{ name: '@valetkey/client/testing', source: '/…/packages/client/src/testing/index.ts' }` and its like. */
export function publicEntries() {
  return readdirSync(packages).flatMap((folder) => {
    const manifest = join(packages, folder, 'package.json')
    if (!existsSync(manifest)) return []
    const { name, private: isPrivate, exports } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (isPrivate) return []
    return Object.entries(exports)
      .map(([path, target]) => [path, target.types ?? target])
      .filter(([, source]) => /\.tsx?$/.test(source))
      .map(([path, source]) => ({
        name: `${name}${path.slice(1)}`,
        source: join(packages, folder, source),
      }))
  })
}
