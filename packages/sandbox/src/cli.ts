#!/usr/bin/env node
/** The `sandbox` command: starts the emulators, then stays until it is told to stop. */
import { type Command, readCommand, UsageError } from './command-line.ts'
import { DataFileError } from './data-file.ts'
import { PortError } from './listener.ts'
import { type Sandbox, startSandbox } from './sandbox.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

async function run(): Promise<void> {
  const { help, json, options }: Command = readCommand(process.argv.slice(2))
  if (help !== undefined) return print(help)
  const sandbox = await startSandbox(options)
  for (const signal of SIGNALS) process.once(signal, () => void sandbox.close())
  const { secretvault, skyflow } = sandbox
  print(json ? JSON.stringify({ secretvault, skyflow }) : tableOf(sandbox))
}

function tableOf({ secretvault, skyflow }: Sandbox): string {
  const nodes = secretvault.nodes.map(
    ({ url, did }, index) => `  node ${index + 1}  ${url}  ${did}`,
  )
  return [
    'SecretVault, emulated. The keys are for tests only.',
    '',
    ...nodes,
    `  organization  ${secretvault.orgDid}`,
    `  as a builder  ${secretvault.builderDid}`,
    '',
    'Skyflow, emulated.',
    '',
    `  vault         ${skyflow.vaultUrl}  ${skyflow.vaultId}  table ${skyflow.table}`,
    `  over HTTPS    ${skyflow.vaultUrlTls}  trust ${skyflow.caFile}`,
    `  roles         ${skyflow.roleId} sees plain text`,
    `                ${skyflow.maskedRoleId} sees masked values`,
    '',
    "Start with --json for the organization's secret key and Skyflow's credentials. Ctrl+C stops.",
  ].join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  await run()
} catch (error) {
  const isExpected =
    error instanceof UsageError ||
    error instanceof PortError ||
    error instanceof DataFileError ||
    error instanceof RangeError
  console.error(isExpected ? error.message : error)
  process.exitCode = 1
}
