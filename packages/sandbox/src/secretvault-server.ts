/** Serves one emulated SecretVault node on a port that is already open. */
import { type CorsMode, corsFor } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import type { Registration } from './secretvault/accounts.ts'
import { secretVaultCors } from './secretvault/cors-habits.ts'
import { faultAnswer } from './secretvault/fault-answer.ts'
import type { Identity } from './secretvault/identity.ts'
import { createSecretVaultNode } from './secretvault/node.ts'

export interface SecretVaultServerOptions {
  listener: Listener
  /** What the node says of itself at `/about`. */
  url: string
  identity: Identity
  cors: CorsMode
  /** Organizations the node knows from the start, after a reset too. */
  organizations: readonly Registration[]
}

export interface SecretVaultServer {
  url: string
  did: string
  publicKey: string
  control: EmulatorControl
}

export function serveSecretVaultNode(options: SecretVaultServerOptions): SecretVaultServer {
  const { listener, url, identity, cors, organizations } = options
  const faults = createFaultBoard()
  const node = createSecretVaultNode({ identity, url, conditions: faults, organizations })
  const emulator = createEmulator({
    answer: (request) => node.fetch(request),
    answerWith: (status) => faultAnswer(status, faults.now()),
    admit: corsFor(cors, secretVaultCors),
    faults,
    forget: () => node.reset(),
  })
  listener.serve((request, bindings) => emulator.fetch(request, bindings))
  return { url, did: identity.didNil, publicKey: identity.publicKey, control: emulator.control }
}
