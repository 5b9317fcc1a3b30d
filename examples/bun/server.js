/** Bun: its server takes the app as it is. */
import { createApp } from 'shared/edge'

const fetch = createApp(process.env.SECRETVAULT_KEY)
Bun.serve({ port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1', fetch })
