/** Public names of `@valetkey/client/testing`: time and a broker under a test's control. */
export {
  createFakeBroker,
  type FakeBroker,
  type FakeBrokerOptions,
  type FakeFailure,
  type FakeToken,
} from './fake-broker.ts'
export { createManualClock, type ManualClock, settle } from './manual-clock.ts'
