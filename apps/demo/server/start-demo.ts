/** Starts the demo's one process: vaults, broker, page, on one address. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { Hono } from 'hono'
import { createApi } from './app.ts'
import { createAuditLog } from './audit-log.ts'
import type { DemoConfig } from './config.ts'
import { listen } from './listen.ts'
import { createMintCounter } from './mint-counter.ts'
import { pageOrigins } from './origins.ts'
import { createSessionStore } from './session.ts'
import { createSessionCookie } from './session-cookie.ts'
import { openVaults } from './vaults.ts'

export interface RunningDemo {
  /** The address to open. */
  url: string
  port: number
  isEmulated: boolean
  close(): Promise<void>
}

export interface PageSetting {
  api: Hono
  server: Server
  /** Origins of the vaults, which the page calls. */
  vaultOrigins: readonly string[]
}

/** Makes the listener that serves the page besides the api. */
export type PageServer = (setting: PageSetting) => RequestListener | Promise<RequestListener>

/** @throws {StartError} when the demo cannot start; the message says why and what to do. */
export async function startDemo(config: DemoConfig, servePage: PageServer): Promise<RunningDemo> {
  const mints = createMintCounter()
  const vaults = await openVaults(config, mints)
  let listener: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => listener(request, response))

  async function close(): Promise<void> {
    server.close()
    server.closeAllConnections()
    await vaults.close()
  }

  try {
    const port = await listen(server, config)
    const origins = pageOrigins(config.host, port)
    const cookie = createSessionCookie(String(port))
    const sessions = createSessionStore()
    const audit = createAuditLog()
    const api = createApi({ sessions, cookie, vaults, mints, origins, audit })
    listener = await servePage({ api, server, vaultOrigins: vaults.origins })
    return {
      url: origins[0],
      port,
      isEmulated: vaults.isEmulated && vaults.patients.isEmulated,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
