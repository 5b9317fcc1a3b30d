/** Serves one emulated SecretVault node on a port that is already open. */
import type { CorsMode } from './cors.ts'
import { createEmulator, type EmulatorControl } from './emulator.ts'
import { createFaultBoard } from './faults.ts'
import type { Listener } from './listener.ts'
import { secretVaultCors } from './secretvault/cors-habits.ts'
import { faultAnswer } from './secretvault/fault-answer.ts'
import { createSecretVaultNode, type SecretVaultNodeOptions } from './secretvault/node.ts'
import type { Tables } from './secretvault/tables.ts'

export interface SecretVaultServerOptions extends Omit<SecretVaultNodeOptions, 'conditions'> {
  listener: Listener
  cors: CorsMode
  /** Called after a request, or a reset, that may have changed what the node remembers. */
  onChange?: () => void
}

export interface SecretVaultServer {
  control: EmulatorControl
  /** What the node remembers now. */
  tables(): Tables
}

export function serveSecretVaultNode(options: SecretVaultServerOptions): SecretVaultServer {
  const { listener, cors, onChange = () => {}, ...rest } = options
  const faults = createFaultBoard()
  const node = createSecretVaultNode({ ...rest, conditions: faults })
  const emulator = createEmulator({
    async answer(request) {
      const response = await node.fetch(request)
      if (request.method !== 'GET') onChange()
      return response
    },
    answerWith: (status, path) => faultAnswer({ status, path, nowMs: faults.now() }),
    admit: secretVaultCors(cors),
    faults,
    forget() {
      node.reset()
      onChange()
    },
  })
  listener.serve((request, bindings) => emulator.fetch(request, bindings))
  return { control: emulator.control, tables: () => node.tables() }
}
