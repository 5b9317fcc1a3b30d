/** Leaves a component that suspends to the browser. */

/** By this digest Next.js knows that the browser is to render it, and reports no error. */
const DIGEST = { digest: 'BAILOUT_TO_CLIENT_SIDE_RENDERING' }

/** @throws {Error} on a server: there the `Suspense` above shows its fallback. */
export function assertBrowser(hook: string): void {
  if (globalThis.window === undefined)
    throw Object.assign(new Error(`${hook} on a server: put a <Suspense> above`), DIGEST)
}
