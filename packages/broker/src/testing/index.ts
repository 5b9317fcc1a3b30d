/** Tools for tests of minters and of apps with a broker. */
export { describeMinter, type MinterContract } from './describe-minter.ts'
export {
  createTestGroup,
  createTestMinter,
  type TestGroupMinter,
  type TestMinter,
  type TestMinterControls,
  type TestMinterOptions,
} from './test-minter.ts'
