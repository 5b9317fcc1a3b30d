// Type-checks the root, every package, every app: whichever has a tsconfig.json.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execute, mapAtOnce } from './execute.mjs'
import { root } from './tool-path.mjs'

const folders = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
)
const projects = ['.', ...folders].filter((it) => existsSync(join(root, it, 'tsconfig.json')))
const results = await mapAtOnce(projects, 2, (project) => execute(['tsc', '-p', project]))
const failed = results.filter(({ code }) => code !== 0)

for (const { output } of failed) console.error(output.trimEnd())
console.log(`types: ${results.length - failed.length} of ${results.length} projects ok`)
process.exitCode = failed.length ? 1 : 0
