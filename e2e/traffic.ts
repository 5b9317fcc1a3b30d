/** Watches all that a page sends, to every origin. */
import type { Page } from '@playwright/test'

export interface Traffic {
  /** Answers of 400 and above, requests that got none, errors in the console or thrown. */
  readonly failures: string[]
  /** Every token the broker handed to this page. */
  readonly tokens: Set<string>
  /** Every address the page asked for. */
  readonly urls: string[]
  /** What the page wrote to its console. */
  readonly console: string[]
}

/** Starts watching; call before the page opens. */
export function watchTraffic(page: Page): Traffic {
  const traffic: Traffic = { failures: [], tokens: new Set(), urls: [], console: [] }

  page.on('request', (request) => traffic.urls.push(request.url()))
  page.on('requestfailed', (request) => {
    traffic.failures.push(`${request.method()} ${request.url()} ${request.failure()?.errorText}`)
  })
  page.on('response', async (response) => {
    if (response.status() >= 400) traffic.failures.push(`${response.status()} ${response.url()}`)
    if (!response.url().endsWith('/api/broker/tokens')) return
    const body: unknown = await response.json().catch(() => undefined)
    for (const token of tokensOf(body)) traffic.tokens.add(token)
  })
  page.on('console', (message) => {
    traffic.console.push(message.text())
    if (message.type() === 'error') traffic.failures.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => traffic.failures.push(`page: ${error.message}`))
  return traffic
}

function tokensOf(body: unknown): string[] {
  const { tokens = [] } = (body ?? {}) as { tokens?: { access_token?: string }[] }
  return tokens.flatMap(({ access_token }) => (access_token ? [access_token] : []))
}
