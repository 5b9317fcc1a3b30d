/** Deno: its server takes the app as it is. */
import { createApp } from 'shared/edge'

const fetch = createApp(Deno.env.get('SECRETVAULT_KEY'))
Deno.serve({ port: Number(Deno.env.get('PORT') ?? 3000), hostname: '127.0.0.1' }, fetch)
