// Fails on an error code without its section, on a link that leads nowhere, on a page over its limit.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ERROR_TABLE } from '../packages/client/src/errors.ts'
import { slugOf } from './anchors.mjs'
import { docFiles } from './doc-files.mjs'
import { root } from './tool-path.mjs'

const LONGEST = [
  [/^docs\/decisions\//, 60],
  [/^AGENTS\.md$/, 60],
  [/^docs\/architecture\.md$/, 150],
]
const files = docFiles()
const problems = [...checkCodes(), ...files.flatMap(checkLinks), ...files.flatMap(checkLength)]
if (problems.length) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`docs: ${files.length} files ok`)

function read(file) {
  return readFileSync(join(root, file), 'utf8')
}

/** `docsUrl` of an error ends in its code, so each needs a heading; a heading without a code is a left-over. */
function checkCodes() {
  const codes = Object.keys(ERROR_TABLE)
  const sections = [...read('docs/errors.md').matchAll(/^## (.+)$/gm)].map((match) => match[1])
  return [
    ...codes.filter((it) => !sections.includes(it)).map((it) => `docs/errors.md: no section ${it}`),
    ...sections.filter((it) => !codes.includes(it)).map((it) => `docs/errors.md: ${it} is no code`),
  ]
}

function checkLinks(file) {
  const prose = read(file).replace(/^```[\s\S]*?^```/gm, '')
  const inMarkdown = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1])
  const inHtml = [...prose.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map((match) => match[1])
  return [...inMarkdown, ...inHtml]
    .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link))
    .map((link) => `${file}: ${link} leads nowhere`)
}

function leadsSomewhere(file, link) {
  const [path, anchor] = link.split('#')
  const target = path ? join(dirname(file), path) : file
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || anchorsOf(target).includes(anchor)
}

function anchorsOf(file) {
  return [...read(file).matchAll(/^#+ (.+)$/gm)].map((match) => slugOf(match[1]))
}

function checkLength(file) {
  const [, limit] = LONGEST.find(([pattern]) => pattern.test(file)) ?? []
  const lines = read(file).split('\n').length - 1
  return limit && lines > limit ? [`${file}: ${lines} lines, at most ${limit}`] : []
}
