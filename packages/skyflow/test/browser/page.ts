/** The page of the browser tests: one token client, skyflow-js with and without our callback. */
import { createTokenClient, type TokenClient } from '@valetkey/client'
import type SkyflowClient from 'skyflow-js'
import { createSkyflowSdk, skyflowBearer } from '../../src/index.ts'
import { Skyflow } from './sdk.ts'

interface Audiences {
  readonly '~audiences'?: { readonly patients: 'audience' }
}

// What tests reach from the outside; a real app would keep it in a module.
declare global {
  var client: TokenClient<Audiences>
  var house: { vaultID: string; vaultURL: string }
  var sky: typeof Skyflow
  var bearer: typeof skyflowBearer
  var newSdk: typeof createSkyflowSdk
  /** A client of the SDK with our callback. */
  var initSky: (timeoutMs?: number) => SkyflowClient
  var framesNow: () => number
  /** What a promise rejects with, in words that can leave the page. */
  var failureOf: (promise: Promise<unknown>) => Promise<string>
}

globalThis.client = createTokenClient<Audiences>('/api/broker')
globalThis.sky = Skyflow
globalThis.bearer = skyflowBearer
globalThis.newSdk = createSkyflowSdk
globalThis.initSky = (timeoutMs) =>
  Skyflow.init({
    ...house,
    getBearerToken: skyflowBearer(client, 'patients', timeoutMs ? { timeoutMs } : {}),
  })
globalThis.framesNow = () => document.querySelectorAll('iframe').length
globalThis.failureOf = (promise) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => (typeof error === 'string' ? error : JSON.stringify(error)),
  )
