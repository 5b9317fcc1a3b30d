// Runs every check of this repository, two at a time; the last line counts the tests.
import { mkdirSync, rmSync } from 'node:fs'
import { steps } from './check-steps.mjs'
import { execute } from './execute.mjs'
import { secretsIn } from './secrets-in-output.mjs'
import { addCounts, countsLine, noTests, readCounts } from './test-counts.mjs'
import { tools } from './tool-path.mjs'

const AT_ONCE = 2
const LONGEST_STEP_MS = 240_000
const env = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}

mkdirSync(tools, { recursive: true })
const results = await runAll()
const total = results.map(({ counts }) => counts).reduce(addCounts, noTests)
// A suite that runs nothing proves nothing.
if (total.passed + total.failed === 0) total.failed = 1
console.log(countsLine(total))
process.exitCode = total.failed === 0 ? 0 : 1

/** Runs the steps by priority as their turn comes; tells the result of each. */
async function runAll() {
  const waiting = [...steps]
  const running = new Map()
  const over = new Map()
  while (waiting.length || running.size) {
    const next = waiting.findIndex((step) => isDue(step, over))
    if (next === -1 || running.size === AT_ONCE) {
      const result = await Promise.race(running.values())
      running.delete(result.name)
      over.set(result.name, result)
      continue
    }
    const [step] = waiting.splice(next, 1)
    const missing = step.needs?.find((name) => !over.get(name).ok)
    if (missing) over.set(step.name, notRun(step, missing))
    else running.set(step.name, run(step))
  }
  return [...over.values()]
}

function isDue({ needs = [], after = [] }, over) {
  return [...needs, ...after].every((name) => over.has(name))
}

/** Not a failure of its own: the step it needed has been counted. */
function notRun({ name }, missing) {
  console.log(`- ${name.padEnd(9)} not run: ${missing} failed`)
  return { name, ok: false, counts: noTests }
}

async function run(step) {
  if (step.report) rmSync(step.report, { force: true })
  const began = performance.now()
  const { code, output } = await execute(step.command, { timeoutMs: LONGEST_STEP_MS, env })
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5)
  const counts = { ...(step.report ? readCounts(step.report) : noTests) }
  const secrets = secretsIn(output)
  const ok = code === 0 && counts.failed === 0 && secrets.length === 0
  // Whatever made the step fail counts once, unless it is among the failed tests already.
  if (!ok && counts.failed === 0) counts.failed = 1
  const tests = step.report ? `  ${countsLine(counts)}` : ''
  console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(9)} ${seconds} s${tests}`)
  // What must not be printed is not printed again.
  const shown = secrets.length ? secrets.join('\n') : output.trimEnd()
  if (!ok) console.log(`${shown}\n  ${step.name} failed (${step.command.join(' ')})\n`)
  return { name: step.name, ok, counts }
}
