// Lists the prose of this repository.
import { globSync } from 'node:fs'
import { root } from './tool-path.mjs'

const PROSE = ['*.md', 'docs/**/*.md', '{packages,apps}/*/README.md']

/** Markdown files, relative to the root: what stands there, in docs, in each package, in the demo. */
export function docFiles() {
  return globSync(PROSE, { cwd: root, exclude: ['docs/site'] })
    .map((file) => file.split('\\').join('/'))
    .sort()
}
