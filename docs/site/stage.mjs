// Lays the pages out for the generator, their links leading to what the site has.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { pageOf, root, sources, staged } from './contents.mjs'

const REPOSITORY = 'https://github.com/valetkey/valetkey'
const ON_GITHUB = `${REPOSITORY}/blob/main/`
/** Whole sentences of 60 characters at least, 250 at most. */
const DESCRIPTION = /^.{60,250}?[.:](?= |$)|^.{1,250}[.:](?= |$)/
const files = new Set(sources())

rmSync(staged, { recursive: true, force: true })
for (const file of files) {
  const target = join(staged, pageOf(file))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, stagedText(file))
}
cpSync(join(root, 'docs', 'images'), join(staged, 'public', 'images'), { recursive: true })
cpSync(new URL('public/', import.meta.url), join(staged, 'public'), { recursive: true })

function stagedText(file) {
  const text = readFileSync(join(root, file), 'utf8')
  const [whole = '', ownFacts = ''] = /^---\n([\s\S]*?\n)---\n/.exec(text) ?? []
  const body = text.slice(whole.length)
  const facts = `source: ${file}\n${ownFacts || `description: ${JSON.stringify(summaryOf(body))}\n`}`
  // Links in code are no links.
  const parts = body.split(/^(```[\s\S]*?^```)/m)
  const linked = parts.map((part, index) => (index % 2 === 1 ? part : withLinks(file, part)))
  return `---\n${facts}---\n${linked.join('')}`
}

/** The first sentences below the title, for search engines and llms.txt. */
function summaryOf(text) {
  const prose = text.replace(/^# .*\n+/, '').replace(/^(?:[#<|>`!-].*\n+)+/, '')
  const paragraph = prose
    .split('\n\n', 1)[0]
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const [said = ''] = DESCRIPTION.exec(paragraph) ?? []
  return said.replace(/:$/, '.')
}

function withLinks(file, prose) {
  return prose
    .replace(/\]\(([^)\s]+)\)/g, (_, link) => `](${onSite(file, link)})`)
    .replace(/\b(src|srcset|href)="([^"]+)"/g, (_, name, link) => `${name}="${onSite(file, link)}"`)
}

function onSite(file, link) {
  const isAbsolute = link.startsWith(ON_GITHUB)
  if (!isAbsolute && /^([a-z]+:|#)/.test(link)) return link
  const inRepository = isAbsolute
    ? link.slice(ON_GITHUB.length)
    : posix.join(posix.dirname(file), link)
  const [path, anchor = ''] = inRepository.replace(/\/$/, '').split(/(?=#)/)
  const page = [path, `${path}/README.md`].find((it) => files.has(it))
  if (page) return `/${pageOf(page)}${anchor}`
  if (path.startsWith('docs/images/')) return path.slice('docs'.length)
  const kind = statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()
    ? 'tree'
    : 'blob'
  return `${REPOSITORY}/${kind}/main/${path}${anchor}`
}
