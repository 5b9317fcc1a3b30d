#!/usr/bin/env node
/** The `sandbox` command: starts the emulators, then stays until it is told to stop. */
import { type Command, readCommand } from './command-line.ts'
import type { Sandbox } from './sandbox.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Errors that say what to do; of others the stack is wanted. */
const EXPECTED = new Set(['UsageError', 'PortError', 'DataFileError', 'RangeError'])

async function run(): Promise<void> {
  const { help, json, options }: Command = readCommand(process.argv.slice(2))
  if (help !== undefined) return print(help)
  // Only now: it takes a while, and a wrong argument should be told of at once.
  const { startSandbox } = await import('./sandbox.ts')
  const sandbox = await startSandbox(options)
  for (const signal of SIGNALS) process.once(signal, () => void sandbox.close())
  const { secretvault, skyflow, waltid, nexusrundb } = sandbox
  print(json ? JSON.stringify({ secretvault, skyflow, waltid, nexusrundb }) : tableOf(sandbox))
}

function tableOf({ secretvault, skyflow, waltid, nexusrundb }: Sandbox): string {
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
    'walt.id, emulated.',
    '',
    `  organization  ${waltid.orgBaseUrl}  ${waltid.organization}  role ${waltid.roleId}`,
    '',
    'NexusRunDB, emulated.',
    '',
    `  database      ${nexusrundb.baseUrl}  bucket ${nexusrundb.bucket}`,
    '',
    'Start with --json for secret keys, credentials and tokens. Ctrl+C stops.',
  ].join('\n')
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  await run()
} catch (error) {
  const isExpected = error instanceof Error && EXPECTED.has(error.name)
  console.error(isExpected ? error.message : error)
  process.exitCode = 1
}
