/** Opens a connection to a vault while the broker is still at work on its token. */

/** By a link in the document's head; where there is no document, not at all. */
export function preconnect(address: string): void {
  // Calls with a token carry no cookies, and travel on connections of their own.
  const facts = { rel: 'preconnect', href: address, crossOrigin: '' }
  const { document } = globalThis
  // The link has done its work by being there.
  document?.head.appendChild(Object.assign(document.createElement('link'), facts)).remove()
}
