// Lists the prose of this repository.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './tool-path.mjs'

/** Markdown files, relative to the root: what stands there, in docs, in each package, in the demo. */
export function docFiles() {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('site'))
    .map((name) => `docs/${name}`)
  const atRoot = readdirSync(root)
  const readmes = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}/README.md`),
  )
  return [...atRoot, ...inDocs, ...readmes]
    .map((file) => file.split('\\').join('/'))
    .filter((file) => file.endsWith('.md') && existsSync(join(root, file)))
}
