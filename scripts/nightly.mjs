// Runs every test with full counts and tells of each property how often it was tried, from which seed.
// Arguments narrow it to some files, as Vitest understands them; then the end-to-end tests are left out.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join, relative } from 'node:path'
import { steps } from './check-steps.mjs'
import { execute } from './execute.mjs'
import { secretsIn } from './secrets-in-output.mjs'
import { addCounts, countsLine, noTests, readCounts } from './test-counts.mjs'
import { root } from './tool-path.mjs'

const files = process.argv.slice(2)
const vitest = ['unit', 'pages']
const names = ['browser', ...vitest, ...(files.length ? [] : ['demo', 'e2e'])]
const env = { VALETKEY_NIGHTLY: '1', VALETKEY_RUNS: process.env.VALETKEY_RUNS ?? '10000' }

console.log(`${new Date().toISOString().slice(0, 10)}, ${versions()}, ${env.VALETKEY_RUNS} runs`)
let total = noTests
for (const { name, command, report } of steps.filter((step) => names.includes(step.name))) {
  if (report) rmSync(report, { force: true })
  const began = performance.now()
  const given = vitest.includes(name) ? files : []
  const { code, output } = await execute([...command, ...given], { env })
  const seconds = ((performance.now() - began) / 1_000).toFixed(0)
  const counts = report ? readCounts(report) : noTests
  const secrets = secretsIn(output)
  const ok = code === 0 && counts.failed === 0 && secrets.length === 0
  total = addCounts(total, ok || counts.failed ? counts : { ...counts, failed: 1 })
  console.log(
    `\n${name}: ${ok ? 'ok' : 'FAILED'} in ${seconds} s${report ? `, ${countsLine(counts)}` : ''}`,
  )
  if (vitest.includes(name) && existsSync(report)) tellOfProperties(report)
  if (!ok) console.log(secrets.length ? secrets.join('\n') : output.trimEnd())
}
console.log(`\n${countsLine(total)}`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

/** A failed one prints its seed, its path and the command that repeats it with the rest of the output. */
function tellOfProperties(report) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const rows = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ meta }) => meta.property)
      .map(({ title, status, meta: { property } }) => {
        const { runs, seed, seconds } = property
        const file = relative(root, name).split('\\').join('/')
        return `| ${title} | ${file} | ${status} | ${runs} | ${seed} | ${seconds.toFixed(1)} |`
      }),
  )
  if (rows.length === 0) return
  console.log('\n| property | file | result | runs | seed | s |\n|---|---|---|---|---|---|')
  console.log(rows.join('\n'))
}

function versions() {
  const version = (name) =>
    JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version
  const where = `${platform()} ${arch()}, ${cpus().length} cores`
  return `Node ${process.versions.node}, Vitest ${version('vitest')}, ${where}`
}
