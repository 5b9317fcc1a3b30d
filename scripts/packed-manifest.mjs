// Judges the package.json of a packed package: what npm, its page, and a provenance statement need of it.
const REPOSITORY = 'git+https://github.com/valetkey/valetkey.git'
const WORDS = ['description', 'license', 'homepage', 'bugs']
const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'peerDependencies']

/**
 * @param {Record<string, any>} manifest
 * @param {string} folder name of its folder below `packages`
 * @returns {string[]} what is wrong with it
 */
export function manifestProblems(manifest, folder) {
  const { name, version, keywords = [], repository = {}, publishConfig = {} } = manifest
  const problems = []
  const demand = (isMet, problem) => {
    if (!isMet) problems.push(`${name}: ${problem}`)
  }
  for (const field of WORDS) demand(manifest[field], `package.json has no ${field}`)
  demand(keywords.length > 0, 'package.json has no keywords')
  // The registry compares both with where a provenance statement says the package was built.
  demand(repository.url === REPOSITORY, `repository.url is not ${REPOSITORY}`)
  demand(repository.directory === `packages/${folder}`, 'repository.directory is another folder')
  demand(publishConfig.access === 'public', 'publishConfig.access is not public')
  demand(publishConfig.provenance === true, 'publishConfig.provenance is not true')
  demand(!manifest.scripts?.postinstall && !manifest.scripts?.install, 'it has an install script')
  for (const [other, range] of DEPENDENCIES.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}),
  )) {
    demand(!/^(workspace|catalog|file|link):/.test(range), `${other} has the range ${range}`)
    demand(
      !other.startsWith('@valetkey/') || range === `^${version}`,
      `${other} is not of ${version}`,
    )
  }
  return problems
}
