// Reads the Markdown of a quick start as the steps a reader takes.
const BLOCK = /^```(\w+)\n([\s\S]*?)^```|^Open <(http[^>]+)>/gm
const FILE_NAME = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/
const STAYS = /\s+# keeps running$/

/**
 * Every code block is a step, in the order of the page: a file where its first line names one, a command for
 * each line of `sh`, and what is to be seen in each `text`. A line `Open <url>` opens the page.
 *
 * @param {string} markdown
 * @throws {Error} on a block of which a reader would not know what to do with it.
 */
export function readQuickStart(markdown) {
  return [...markdown.matchAll(BLOCK)].flatMap(([, language, text, url]) => {
    if (url) return [{ kind: 'open', url }]
    if (language === 'sh') return text.trimEnd().split('\n').map(commandOf)
    if (language === 'text') return [{ kind: 'text', text: text.trim() }]
    const path = FILE_NAME.exec(text)?.[1]
    if (!path) throw new Error(`a block of ${language} names no file:\n${text}`)
    return [{ kind: 'file', path, text }]
  })
}

function commandOf(line) {
  const kind = STAYS.test(line) ? 'server' : 'command'
  return { kind, line: line.replace(STAYS, '') }
}
