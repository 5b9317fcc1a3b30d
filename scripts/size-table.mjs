// Measures what everything weighs, from the builds; `--write` puts the tables into docs/sizes.md.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { root, tools } from './tool-path.mjs'

const KIB = 1024
const page = join(root, 'docs', 'sizes.md')
const packed = join(tools, 'sizes')
const packages = readdirSync(join(root, 'packages')).map(readManifest).filter(isPublic)

mkdirSync(packed, { recursive: true })
const tables = [await bundleTable(), await tarballTable()]
const text = `Measured ${new Date().toISOString().slice(0, 10)}.\n\n${tables.join('\n\n')}`
if (process.argv.includes('--write')) {
  const old = readFileSync(page, 'utf8')
  writeFileSync(
    page,
    old.replace(
      /(<!-- measured -->\n)[\s\S]*?(\n?<!-- \/measured -->)/,
      (_, start, end) => `${start}${text}\n${end.trim()}`,
    ),
  )
} else console.log(text)

function readManifest(name) {
  const file = join(root, 'packages', name, 'package.json')
  return { ...JSON.parse(readFileSync(file, 'utf8')), folder: name }
}

function isPublic(manifest) {
  return manifest.private !== true
}

/** What size-limit holds every change to. */
async function bundleTable() {
  const { output } = await execute(['size-limit', '--json'])
  const sizes = JSON.parse(output.slice(output.indexOf('[')))
  const rows = sizes.map(({ name, size, sizeLimit }) => {
    const [, entry = name, note = ''] = /^(\S+) \((.+)\)$/.exec(name) ?? []
    return [`\`${entry}\``, note, kib(size), kib(sizeLimit)]
  })
  return tableOf(['in the bundle', 'counted', 'minified, gzip', 'at most'], rows)
}

async function tarballTable() {
  const rows = []
  for (const { name, folder, dependencies = {} } of packages) {
    const tarball = join(packed, `${folder}.tgz`)
    await execute(['pnpm', '--filter', `./packages/${folder}`, 'pack', '--out', tarball])
    const others = Object.keys(dependencies).filter((it) => !it.startsWith('@valetkey/'))
    rows.push([
      `\`${name}\``,
      kib(statSync(tarball).size),
      others.map((it) => `\`${it}\``).join(' ') || 'none',
    ])
  }
  return tableOf(['package', 'tarball', 'dependencies that are not ours'], rows)
}

function kib(bytes) {
  return `${(bytes / KIB).toFixed(1)} KiB`
}

function tableOf(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
