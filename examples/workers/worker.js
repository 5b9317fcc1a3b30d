/** Cloudflare Workers: the app is made within the first request, for only there may timers and random bytes be. */
let app

export default {
  async fetch(request, env) {
    app ??= import('shared/edge').then(({ createApp }) => createApp(env.SECRETVAULT_KEY))
    return (await app)(request)
  },
}
