/** Auth0's client for single-page apps, with refresh tokens, else as it comes. */
import { createAuth0Client, type Auth0Client } from '@auth0/auth0-spa-js'
import { present } from './page.ts'

const API = 'https://api.test'
let client: Auth0Client

present({
  async start() {
    client = await createAuth0Client({
      domain: 'idp.test',
      clientId: 'app',
      useRefreshTokens: true,
      useMrrt: true,
      authorizationParams: { redirect_uri: 'https://app.test/auth0', audience: API },
    })
    if (!location.search.includes('code=')) {
      await client.loginWithRedirect()
      return new Promise(() => {})
    }
    await client.handleRedirectCallback()
    history.replaceState(null, '', '/auth0')
  },
  token: (audience) =>
    client.getTokenSilently(
      audience ? { authorizationParams: { audience: `${API}/${audience}` } } : {},
    ),
  hasAudiences: true,
  signOut: () => client.logout({ openUrl: false }),
  async call(url) {
    const fetcher = client.createFetcher({ baseUrl: API })
    const response = await fetcher.fetchWithAuth(url)
    return response.status
  },
})
