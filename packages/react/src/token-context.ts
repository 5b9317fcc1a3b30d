'use client'
/** The React context that carries the client. */
import type { TokenClient } from '@valetkey/client'
import { type Context, createContext } from 'react'

export const TokenContext: Context<TokenClient | undefined> = createContext<
  TokenClient | undefined
>(undefined)
