/** Public names of `@valetkey/client/testing`: time and a broker under a test's control. */
export { type Canary, type CanaryOptions, canary, type Leak } from './canary.ts'
export {
  createFakeBroker,
  type FakeBroker,
  type FakeBrokerOptions,
  type FakeFailure,
  type FakeToken,
} from './fake-broker.ts'
export {
  createFakeTabs,
  type FakeTab,
  type FakeTabs,
  type FakeTabsOptions,
} from './fake-tabs.ts'
export { createManualClock, type ManualClock, settle } from './manual-clock.ts'
