/** What the examples in README.md take for granted: the reader's own app. */
declare function getUser(
  request: Request,
): Promise<{ subject: string; login: string; roles: string[] } | null>
declare const NOTES_SCHEMA_ID: string
declare function currentUser(): { id: string } | undefined
/** A login SDK in the page, in the manner of Auth0's. */
declare const auth0: {
  getTokenSilently(options?: {
    authorizationParams?: { audience?: string }
    cacheMode?: 'on' | 'off'
  }): Promise<string>
}
/** Skyflow's SDK, as far as the examples use it. */
declare module 'skyflow-js' {
  export default class Skyflow {
    static init(config: {
      vaultID: string
      vaultURL: string
      getBearerToken: () => Promise<string>
    }): Skyflow
    container(type: 'REVEAL'): {
      create(input: { token: string }): { mount(place: HTMLElement): void; unmount(): void }
      reveal(): Promise<unknown>
    }
  }
}
