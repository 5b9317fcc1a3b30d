// Follows a quick start as a reader would, in an empty folder, and looks whether its page shows what it says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFreshFolder } from './fresh-folder.mjs'
import { readQuickStart } from './quickstart-steps.mjs'
import { root } from './tool-path.mjs'

const [name = ''] = process.argv.slice(2)
const steps = readQuickStart(readFileSync(join(root, 'docs', `quick-start-${name}.md`), 'utf8'))
const reader = createFreshFolder()
const act = {
  file: ({ path, text }) => reader.write(path, text),
  command: ({ line }) => reader.run(line),
  server: ({ line }) => reader.start(line),
  open: ({ url }) => reader.open(url),
  text: ({ text }) => reader.see(text),
}
try {
  for (const step of steps) await act[step.kind](step)
  if (steps.at(-1)?.kind !== 'text') throw new Error('it does not say what one sees at the end')
  console.log(`${steps.length} steps followed, "${steps.at(-1).text}" seen`)
} catch (error) {
  console.error(`quick start ${name}: ${error.message}\n${reader.said()}`)
  process.exitCode = 1
} finally {
  await reader.close()
}
