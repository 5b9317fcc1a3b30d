/** The public names of the sandbox. */
export type { CorsMode } from './cors.ts'
export type { EmulatorControl } from './emulator.ts'
export { type Fault, FaultShapeError } from './fault-shape.ts'
export type { FaultReport } from './faults.ts'
export { PortError } from './listener.ts'
export type { RequestCount, RequestReport } from './request-log.ts'
export {
  type Sandbox,
  type SandboxOptions,
  type SecretVaultCluster,
  startSandbox,
} from './sandbox.ts'
