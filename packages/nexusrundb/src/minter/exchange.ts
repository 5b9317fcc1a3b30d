/** One call of the token endpoint: Basic in, its answer out. */
import { askUpstream, type UpstreamAnswer, type UpstreamContext } from '@valetkey/broker/upstream'

export interface ExchangeRequest extends Omit<UpstreamContext, 'name' | 'mend'> {
  url: string
  method: string
  accessKey: string
  accessSecret: string
}

const ENDPOINT = {
  name: "NexusRunDB's token endpoint",
  mend: 'check network, proxy and baseUrl',
}

/**
 * Never tries again, never follows a redirect, never sends a Bearer: the endpoint takes none.
 *
 * @throws {MintError} if there is no answer that can be read.
 */
export async function exchange({
  url,
  method,
  accessKey,
  accessSecret,
  ...context
}: ExchangeRequest): Promise<UpstreamAnswer> {
  const authorization = `Basic ${btoa(`${accessKey}:${accessSecret}`)}`
  return askUpstream({ url, method, headers: { authorization } }, { ...context, ...ENDPOINT })
}
