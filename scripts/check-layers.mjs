// Fails when a file imports from its own row or a row above, when it stands in no row, or when a package
// imports one it may not. Rows are read in call order, outermost first; scripts/layers.json holds them.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packages, rows } = JSON.parse(readFileSync(join(root, 'scripts/layers.json'), 'utf8'))
const problems = []
const STATEMENT =
  /^(import|export)(\s+type)?\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

const sources = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => name.split('\\').join('/'))
    .filter((name) => /\.tsx?$/.test(name))
const stem = (path) => path.replace(/\.tsx?$/, '')

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(STATEMENT)].map((m) => ({
    path: m[3] ?? m[4] ?? m[5],
    typeOnly: Boolean(m[2]),
  }))
}

for (const [folder, allowed] of Object.entries(packages)) {
  for (const name of sources(`${folder}/src`))
    for (const { path } of importsOf(`${folder}/src/${name}`)) {
      const target = /^@valetkey\/([^/]+)(\/.*)?$/.exec(path)
      if (
        target &&
        !allowed.includes(target[1]) &&
        !allowed.includes(target[1] + (target[2] ?? ''))
      )
        problems.push(
          `${folder}/src/${name} must not import ${path} (scripts/layers.json: packages)`,
        )
      if (/(^|\/)packages\/|\/src\//.test(path))
        problems.push(`${folder}/src/${name} reaches into a package's source: ${path}`)
    }
}

for (const [folder, layers] of Object.entries(rows)) {
  const rank = new Map(layers.flatMap((names, depth) => names.map((name) => [name, depth])))
  for (const file of sources(folder)) {
    const from = rank.get(stem(file))
    if (from === undefined) {
      problems.push(`${folder}/${file}: stands in no row of scripts/layers.json`)
      continue
    }
    for (const { path, typeOnly } of importsOf(`${folder}/${file}`)) {
      if (!path.startsWith('.')) continue
      const target = stem(
        relative(folder, join(folder, dirname(file), path))
          .split('\\')
          .join('/'),
      )
      const to = rank.get(target)
      if (typeOnly && to >= from) continue
      if (!(to > from))
        problems.push(`${folder}/${file} must not import ${path}: not in a row below`)
    }
  }
}

if (problems.length) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log('layers: ok')
