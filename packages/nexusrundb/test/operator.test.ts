import type { RequestListener } from 'node:http'
import { inspect } from 'node:util'
import { createBroker } from '@valetkey/broker'
import { serveBroker } from '@valetkey/broker/node'
import { createTokenClient } from '@valetkey/client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { nexusrundb } from '../src/minter/index.ts'
import { json, rejectionOf, serverThat, text } from './setup.ts'

const SECRET = 'canary-secret'
const words = { message: 'canary of the vendor', license: 'canary' }

/** What a page and the operator get to see when the token endpoint answers so. */
async function outcomeOf(
  answer: RequestListener,
): Promise<{ page: string; error: unknown; log: string }> {
  const { baseUrl } = await serverThat(answer)
  const lines: unknown[] = []
  const note = (...line: unknown[]): void => void lines.push(line)
  const broker = createBroker({
    audiences: {
      notes: {
        minter: nexusrundb({ baseUrl, accessKey: 'ak-1', accessSecret: SECRET }),
        delivery: 'token',
      },
    },
    authenticate: () => ({ subject: 'ann', login: 'session' }),
    authorize: () => true,
    logger: { info: note, warn: note, error: note },
  })
  const served = await serveBroker(broker)
  onTestFinished(() => served.close())
  const pages: Promise<string>[] = []
  const client = createTokenClient<typeof broker>(served.url, {
    headers: () => ({ authorization: 'Bearer session' }),
    async fetch(input, init) {
      const response = await fetch(input, init)
      pages.push(response.clone().text())
      return response
    },
  })
  onTestFinished(() => client.dispose())
  const error = await rejectionOf(client.getToken('notes'))
  const page =
    (await Promise.all(pages)).join('\n') + inspect(error, { depth: 9, showHidden: true })
  return { page, error, log: inspect(lines, { depth: 9 }) }
}

describe('a token endpoint that fails', () => {
  it.each<[string, RequestListener, string, RegExp]>([
    ['the secret is wrong', json(401, words), 'upstream_auth', /check accessKey and accessSecret/],
    ['the right is missing', json(403, words), 'upstream_auth', /only the Master key mints/],
    ['the license is inactive', json(402, words), 'upstream_auth', /license or subscription/],
    ['the path is another', text(404, 'canary'), 'upstream_invalid', /tokenPath/],
    ['it answers with text', text(200, 'canary'), 'upstream_invalid', /it is text, and no JWT/],
    ['it answers with other JSON', json(200, { tok: 'canary' }), 'upstream_invalid', /members tok/],
  ])('because %s tells the operator what to mend, the page only the code', async (...row) => {
    const [, answer, code, mend] = row
    const { page, error, log } = await outcomeOf(answer)
    expect(error).toMatchObject({ code })
    expect(log).toMatch(mend)
    for (const seen of [page, log]) expect(seen).not.toContain('canary')
    expect(page).not.toMatch(mend)
  })
})
