'use client'
/** The providers of a test or a story. */
import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useState } from 'react'
import { TokenProvider } from '../token-provider.tsx'
import { createTestTokens, type TestTokens, type TestTokensOptions } from './test-tokens.ts'

export type TestTokenProviderProps = { children?: ReactNode } & (
  | { /** Made outside, by `createTestTokens`. */ tokens: TestTokens }
  | (TestTokensOptions & { tokens?: never })
)

/**
 * Everything the hooks need, in memory: a `wrapper` for Testing Library, a decorator for Storybook. Time
 * stands still, so a story looks the same whenever it is drawn. The options count when it is mounted; give
 * it another `key` to have others.
 *
 * @example
 * ```tsx
 * <TestTokenProvider audiences={{ cards: {} }} vault={() => Response.json({ last4: '4242' })}>
 *   <Card id="1" />
 * </TestTokenProvider>
 * ```
 */
export function TestTokenProvider({ children, ...given }: TestTokenProviderProps): ReactElement {
  const [made] = useState(() =>
    given.tokens === undefined ? createTestTokens(given) : given.tokens,
  )
  const { client, queryClient } = given.tokens ?? made
  return (
    <QueryClientProvider client={queryClient}>
      <TokenProvider client={client}>{children}</TokenProvider>
    </QueryClientProvider>
  )
}
