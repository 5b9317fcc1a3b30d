/** The conformance suite: certifies a broker, in any language, from outside. */
export { formatConformanceReport } from './report.ts'
export { runBrokerConformance } from './run.ts'
export type {
  Clause,
  ConformanceOptions,
  ConformanceProfile,
  ConformanceReport,
  ConformanceResult,
  OperationProfile,
  ProxiedProfile,
} from './types.ts'
