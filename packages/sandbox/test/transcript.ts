/** Reads the recorded exchanges, replays them against a node, compares what comes. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

export interface Exchange {
  title: string
  method: string
  path: string
  body: string
  status: number
  contentType: string | null
  answer: string
  headers: string | undefined
}

export function readTranscript(name: string): Exchange[] {
  const text = readFileSync(new URL(`./vectors/${name}.txt`, import.meta.url), 'utf8')
  return text
    .split(/^# /m)
    .slice(1)
    .map((section) => {
      const [title = '', request = '', response = '', headers] = section.trimEnd().split('\n')
      const [, method = '', path = '', body = ''] = /^(\S+) (\S+) ?(.*)$/.exec(request) ?? []
      const [, status, type, answer = ''] = /^=> (\d+) \[(.*?)\] ?(.*)$/.exec(response) ?? []
      const contentType = type === 'null' ? null : (type ?? null)
      return { title, method, path, body, status: Number(status), contentType, answer, headers }
    })
}

/** The transcripts cut long bodies; `full` has those, and they have to begin alike. */
export function bodyOf({ title, body }: Exchange, full: Record<string, unknown>): string {
  if (!(title in full)) return body
  const text = JSON.stringify(full[title])
  expect(text.slice(0, body.length), `the full body of "${title}"`).toBe(body)
  return text
}

interface Outcome {
  title: string
  status: number
  contentType: string | null
  answer: string
  corsHeaders: unknown
}

/** What was recorded, without times. */
export function recorded({ title, status, contentType, answer, headers }: Exchange): Outcome {
  const corsHeaders = headers === undefined ? [] : JSON.parse(headers)
  return { title, status, contentType, answer: maskTimes(answer), corsHeaders }
}

/** What came now, without times. */
export async function shown(title: string, response: Response): Promise<Outcome> {
  const { status, headers } = response
  const answer = maskTimes(await response.text())
  const corsHeaders = [...headers].filter(
    ([name]) => name.startsWith('access-control') || name === 'vary',
  )
  return { title, status, contentType: headers.get('content-type'), answer, corsHeaders }
}

function maskTimes(text: string): string {
  return text.replaceAll(/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z"/g, (time) =>
    // A record's own date is data, the rest is when it happened.
    time.startsWith('"2026-01-02T') ? time : '"<time>"',
  )
}
