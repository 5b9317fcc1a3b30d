/** Nothing that the broker needs: its routes are ordinary ones. */
export default {
  poweredByHeader: false,
  turbopack: { root: new URL('..', import.meta.url).pathname },
}
