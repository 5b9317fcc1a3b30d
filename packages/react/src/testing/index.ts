/** The public names of `@valetkey/react/testing`: the hooks in tests and stories, without a server. */
export { TestTokenProvider, type TestTokenProviderProps } from './test-token-provider.tsx'
export { createTestTokens, type TestTokens, type TestTokensOptions } from './test-tokens.ts'
