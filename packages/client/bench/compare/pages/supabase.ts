/** Supabase's client for its login service, as it comes. */
import { GoTrueClient } from '@supabase/auth-js'
import { present } from './page.ts'

const client = new GoTrueClient({ url: 'https://idp.test/auth/v1' })

present({
  async start() {
    const { error } = await client.signInWithPassword({ email: 'ada@app.test', password: 'secret' })
    if (error) throw error
  },
  async token() {
    const { data, error } = await client.getSession()
    if (error) throw error
    if (!data.session) throw new Error('no session')
    return data.session.access_token
  },
  async signOut() {
    const { error } = await client.signOut({ scope: 'local' })
    if (error) throw error
  },
})
