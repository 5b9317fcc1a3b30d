/** The request that is measured, and the answer the empty handler gives to it. */

export const AUDIENCES: readonly string[] = ['cards', 'records', 'reports', 'payments']
export const COOKIE = '__Host-session=bench'
/** As long as a vault's JWTs are. */
export const TOKEN: string = 'bench.'.padEnd(640, 'x')

export const ANSWER: object = {
  server_time: 1_795_312_345_678,
  session: 'o9fX2mQ0Qe7vJ1tq3mB8mXb6yS4v3m1cJr0yqQ5o2n8',
  tokens: AUDIENCES.map((audience, index) => ({
    id: String(index + 1),
    audience,
    token_id: '2f6f2b3a-4b3e-4f5e-9a7b-0c1d2e3f4a5b',
    access_token: TOKEN,
    token_type: 'Bearer',
    expires_in: 3_599.123,
  })),
}

/** The bytes of one request, as a browser on the same origin sends it. */
export function requestBytes(host: string): Buffer {
  const tokens = AUDIENCES.map((audience, index) => ({ id: String(index + 1), audience }))
  const body = JSON.stringify({ tokens })
  const lines = [
    'POST /api/broker/tokens HTTP/1.1',
    `Host: ${host}`,
    'Accept: application/json, application/problem+json',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    `Cookie: ${COOKIE}`,
    'Origin: https://app.example',
    'Sec-Fetch-Dest: empty',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Site: same-origin',
    'User-Agent: bench',
    'X-Valet-Key: 1',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
