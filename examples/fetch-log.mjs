/** Preloaded into a server: writes down that it is there, then whatever it fetches, into the file FETCH_LOG. */
import { appendFileSync } from 'node:fs'

const { fetch } = globalThis
appendFileSync(process.env.FETCH_LOG, 'begun\n')
globalThis.fetch = (input, init) => {
  appendFileSync(process.env.FETCH_LOG, `${input instanceof Request ? input.url : input}\n`)
  return fetch(input, init)
}
