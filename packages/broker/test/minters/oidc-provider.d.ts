/** oidc-provider comes without types: what the tests use of it. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Context {
    status: number
    body: unknown
    oidc: { client: unknown; params: Readonly<Record<string, string | undefined>> }
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    registerGrantType(
      name: string,
      handler: (ctx: Context) => Promise<void>,
      parameters: readonly string[],
    ): void
    callback(): RequestListener
    ClientCredentials: new (
      content: object,
    ) => { save(): Promise<string> }
  }
}
