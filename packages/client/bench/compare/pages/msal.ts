/** Microsoft's client for browsers, against an OpenID provider that is not Microsoft's, else as it comes. */
import { type AccountInfo, ProtocolMode, PublicClientApplication } from '@azure/msal-browser'
import { present } from './page.ts'

const SCOPES = ['api/read']
let client: PublicClientApplication
let account: AccountInfo

present({
  async start() {
    client = new PublicClientApplication({
      auth: {
        clientId: 'app',
        authority: 'https://idp.test/tenant',
        knownAuthorities: ['idp.test'],
        redirectUri: 'https://app.test/msal',
      },
      system: { protocolMode: ProtocolMode.OIDC },
    })
    await client.initialize()
    const result = await client.handleRedirectPromise()
    if (!result) {
      await client.loginRedirect({ scopes: SCOPES })
      return new Promise(() => {})
    }
    account = result.account
  },
  async token(audience) {
    const scopes = audience ? [`${audience}/read`] : SCOPES
    return (await client.acquireTokenSilent({ scopes, account })).accessToken
  },
  hasAudiences: true,
  signOut: () => client.clearCache({ account }),
})
