// Publishes all packages at one version, from the release workflow; anywhere else it says what would be published.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from './execute.mjs'
import { manifestProblems } from './packed-manifest.mjs'
import { root, tools } from './tool-path.mjs'

const isReal = process.argv.includes('--publish')
const folder = join(tools, 'release')
const packages = readdirSync(join(root, 'packages')).map(readManifest).filter(isPublic)

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
try {
  const version = settleVersion()
  await must(['pnpm', '-r', '--filter', './packages/*', '--no-sort', 'run', 'build'])
  const tarballs = []
  for (const { folder: name } of packages) tarballs.push(await pack(name))
  const missing = isReal ? await unpublished(version) : packages
  const due = tarballs.filter((_, index) => missing.includes(packages[index]))
  // Only when all of them can be: half a release is worse than none.
  for (const tarball of due) await publish(tarball, '--dry-run', '--provenance=false')
  // Who publishes, the workflow's identity tells; how it was built, the provenance statement.
  if (isReal) for (const tarball of due) await publish(tarball, '--provenance')
  const names = missing.map(({ name }) => name).join(', ')
  console.log(`${isReal ? 'published' : 'would publish'} ${version}: ${names}`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function readManifest(name) {
  const file = join(root, 'packages', name, 'package.json')
  return { ...JSON.parse(readFileSync(file, 'utf8')), folder: name }
}

function isPublic(manifest) {
  return manifest.private !== true
}

/** The one version of all packages. */
function settleVersion() {
  const [version, ...others] = new Set(packages.map((manifest) => manifest.version))
  if (others.length > 0) throw new Error('the packages have different versions')
  const left = readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md'))
  if (!isReal) return left.length > 0 ? `${version} and ${left.length} changesets` : version
  if (left.length > 0) throw new Error('changesets are left: run pnpm changeset version first')
  const tag = process.env.GITHUB_REF_NAME
  if (tag !== `v${version}`) throw new Error(`the tag ${tag} is not v${version}`)
  return version
}

/** By pnpm, which puts versions where the workspace has `workspace:` and `catalog:`. */
async function pack(name) {
  const tarball = join(folder, `${name}.tgz`)
  await must(['pnpm', '--filter', `./packages/${name}`, 'pack', '--out', tarball])
  const text = await must(['tar', '-xOzf', tarball, 'package/package.json'])
  const problems = manifestProblems(JSON.parse(text), name)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return tarball
}

/** A release that broke off goes on where it stopped. */
async function unpublished(version) {
  const isThere = await Promise.all(
    packages.map(async ({ name }) => {
      const { code, output } = await execute(['npm', 'view', `${name}@${version}`, 'version'])
      return code === 0 && output.includes(version)
    }),
  )
  return packages.filter((_, index) => !isThere[index])
}

function publish(tarball, ...options) {
  return must(['npm', 'publish', tarball, '--access', 'public', ...options])
}

async function must(command) {
  const { code, output } = await execute(command)
  if (code !== 0) throw new Error(`${command.join(' ')}\n${output.trimEnd()}`)
  return output
}
