/** A folder with configurations, and a terminal that keeps what is printed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { runCommand } from '../../src/cli/main.ts'

export interface Ran {
  code: number
  out: string
  errors: string
}

/** Writes files into a fresh folder; gives back its path. */
export function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'valetkey-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files))
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    )
  return folder
}

/** Runs one command to its end. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const out: string[] = []
  const errors: string[] = []
  const code = await runCommand(args, {
    env,
    print: (text) => void out.push(text),
    complain: (text) => void errors.push(text),
    changeFolder: () => {},
    untilStopped: () => Promise.resolve(),
  })
  return { code, out: out.join('\n'), errors: errors.join('\n') }
}
