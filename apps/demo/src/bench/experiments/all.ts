/** All experiments of the failure bench, in the order in which the page shows them. */
import type { Experiment } from '../experiment.ts'
import { BROKER_EXPERIMENTS } from './broker.ts'
import { MACHINE_EXPERIMENTS } from './machine.ts'
import { MANY_EXPERIMENTS } from './many.ts'
import { VAULT_EXPERIMENTS } from './vaults.ts'

export const GROUPS: readonly { title: string; experiments: readonly Experiment[] }[] = [
  { title: 'The broker', experiments: BROKER_EXPERIMENTS },
  { title: 'The user’s machine', experiments: MACHINE_EXPERIMENTS },
  { title: 'The vaults', experiments: VAULT_EXPERIMENTS },
  { title: 'Many at once', experiments: MANY_EXPERIMENTS },
]

export const EXPERIMENTS: readonly Experiment[] = GROUPS.flatMap(({ experiments }) => experiments)
