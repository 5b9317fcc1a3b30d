// Fails on a link of the built site that leads to no page, file or heading of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const site = fileURLToPath(new URL('dist/', import.meta.url))
const pages = new Map(
  readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => [name.split('\\').join('/'), readFileSync(join(site, name), 'utf8')]),
)
const anchors = new Map([...pages].map(([name, html]) => [name, anchorsIn(html)]))
const forMachines = readFileSync(join(site, 'llms.txt'), 'utf8')
const problems = [...forMachines.matchAll(/\]\(\/([^)]+)\)/g)]
  .filter(([, path]) => !existsSync(join(site, path)))
  .map(([, path]) => `llms.txt: /${path} leads nowhere`)
for (const [name, html] of pages) problems.push(...problemsOf(name, html))
if (problems.length > 0) {
  console.error([...new Set(problems)].join('\n'))
  process.exit(1)
}
console.log(`site: ${pages.size} pages, no dead link`)

function problemsOf(name, html) {
  return linksIn(html)
    .filter((link) => !leadsSomewhere(name, link))
    .map((link) => `${name}: ${link} leads nowhere`)
}

function anchorsIn(html) {
  return new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => unescaped(match[1])))
}

/** Addresses of this site: neither another's nor a scheme like `mailto:`. */
function linksIn(html) {
  return [...html.matchAll(/<(?:a|img|link|script)\s[^>]*?(?:href|src)="([^"]*)"/g)]
    .map((match) => unescaped(match[1]))
    .filter((link) => link !== '' && !/^([a-z]+:|\/\/)/.test(link))
}

function leadsSomewhere(page, link) {
  const [path, anchor] = link.split('#')
  const target = path
    ? fileOf(posix.join('/', posix.dirname(page), path.startsWith('/') ? '/' : path), path)
    : page
  if (target === undefined) return false
  return !anchor || anchors.get(target)?.has(decodeURIComponent(anchor)) !== false
}

function fileOf(relative, path) {
  const full = decodeURIComponent(path.startsWith('/') ? path : relative).slice(1)
  return [full, `${full}.html`, posix.join(full, 'index.html')].find(
    (name) => pages.has(name) || (/\.\w+$/.test(name) && existsSync(join(site, name))),
  )
}

function unescaped(text) {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"')
}
