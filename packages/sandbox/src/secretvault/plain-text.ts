/** Makes the nodes' answers that are text: clients look at the type, even of an empty one. */

const TYPE = { 'content-type': 'text/plain; charset=UTF-8' }

export function plainText(text: string, status: number): Response {
  return new Response(text, { status, headers: TYPE })
}
