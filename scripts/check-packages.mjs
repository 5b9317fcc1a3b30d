// Packs every public package, then judges the tarball: what is published, not what lies here.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { execute, mapAtOnce } from './execute.mjs'
import { manifestProblems } from './packed-manifest.mjs'
import { root, tools } from './tool-path.mjs'

const packed = join(tools, 'packed')
const IMPORT =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

rmSync(packed, { recursive: true, force: true })
const folders = readdirSync(join(root, 'packages')).filter((name) => !manifestOf(name).private)
const problems = [...checkFixed(), ...(await mapAtOnce(folders, 2, check)).flat()]
if (problems.length) {
  console.error(problems.join('\n\n'))
  process.exit(1)
}
console.log(`packages: ${folders.join(', ')}`)

function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
}

/** All published packages share one version. */
function checkFixed() {
  const { fixed } = JSON.parse(readFileSync(join(root, '.changeset', 'config.json'), 'utf8'))
  return folders
    .map((name) => manifestOf(name).name)
    .filter((name) => !fixed[0].includes(name))
    .map((name) => `.changeset/config.json: ${name} is not among the fixed`)
}

async function check(name) {
  const folder = join(packed, name)
  const tarball = join(folder, 'package.tgz')
  mkdirSync(folder, { recursive: true })
  const pack = ['pnpm', '--filter', `./packages/${name}`, 'pack', '--out', tarball]
  const outputs = []
  for (const command of [
    pack,
    ['tar', '-xzf', tarball, '-C', folder],
    ['publint', '--strict', tarball],
    ['attw', '--profile', 'esm-only', '--no-emoji', tarball],
  ]) {
    const { code, output } = await execute(command)
    if (code !== 0) outputs.push(`${name}: ${command.join(' ')}\n${output.trimEnd()}`)
  }
  return outputs.length ? outputs : checkFiles(name, join(folder, 'package'))
}

/** What neither tool sees: an import that nobody installs, a file that a reader expects. */
function checkFiles(name, folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const declared = new Set(
    [manifest.name, manifest.dependencies, manifest.peerDependencies].flatMap((it) =>
      typeof it === 'string' ? it : Object.keys(it ?? {}),
    ),
  )
  const files = readdirSync(folder, { recursive: true }).map((file) => file.split('\\').join('/'))
  const missing = ['README.md', 'LICENSE'].filter((file) => !files.includes(file))
  const undeclared = files
    .filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file))
    .flatMap((file) =>
      importsOf(join(folder, file))
        .filter((path) => !declared.has(path))
        .map((path) => `${name}: ${file} imports ${path}, which is no dependency of the package`),
    )
  const serverOnly = files
    .filter((file) => /^src\/.*\.tsx?$/.test(file) && isClientFile(join(folder, file)))
    .map((file) => file.replace(/^src/, 'dist').replace(/tsx?$/, 'js'))
    .filter((file) => !files.includes(file) || !isClientFile(join(folder, file)))
    .map((file) => `${name}: ${file} lost its 'use client'`)
  return [
    ...missing.map((file) => `${name}: ${file} is missing`),
    ...manifestProblems(manifest, name),
    ...undeclared,
    ...serverOnly,
  ]
}

/** React's server components take a file for the server's unless this is its first statement. */
function isClientFile(file) {
  return /^['"]use client['"]/.test(readFileSync(file, 'utf8'))
}

/** The packages a file imports, without paths inside it and without Node's own modules. */
function importsOf(file) {
  const paths = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(
    (match) => match[1] ?? match[2],
  )
  return paths
    .filter((path) => !path.startsWith('.') && !isBuiltin(path))
    .map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
}
