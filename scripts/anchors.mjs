// Makes the anchor of a heading, as GitHub does.
/** @param {string} heading its text, without the signs before it */
export function slugOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}
