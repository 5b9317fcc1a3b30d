// Where this repository keeps its tools.
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Not under version control: pnpm, an unpacked browser, reports. */
export const tools = join(root, '.tools')

/** The environment with our tools before all others on the path. */
export function withTools(env) {
  // Windows spells it `Path`; a second spelling would hide the first.
  const path = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const folders = [join(tools, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')]
  return { ...env, [path]: [...folders, env[path]].join(delimiter) }
}
