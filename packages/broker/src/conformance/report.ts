/** Writes a report down for people. */
import type { ConformanceReport, ConformanceResult } from './types.ts'

const MARKS: Readonly<Record<ConformanceResult['outcome'], string>> = {
  passed: '✓ passed',
  failed: '✗ **failed**',
  skipped: '– skipped',
}

/** The report as Markdown: a verdict, what failed and why, then all cases with the clauses they come from. */
export function formatConformanceReport(report: ConformanceReport): string {
  const { baseUrl, protocol, startedAt, durationMs, passed, failed, skipped } = report
  const failures = report.results.filter(({ outcome }) => outcome === 'failed')
  return [
    '# Conformance of a token broker',
    '',
    `Protocol version ${protocol}, ${baseUrl}, ${startedAt}, ${(durationMs / 1000).toFixed(1)} s.`,
    '',
    `**${passed} passed, ${failed} failed, ${skipped} skipped**`,
    '',
    ...(failures.length > 0 ? ['## What failed', '', ...failures.map(failureOf), ''] : []),
    '## All cases',
    '',
    '| case | what a broker does | docs/protocol.md | outcome |',
    '|---|---|---|---|',
    ...report.results.map(rowOf),
    '',
  ].join('\n')
}

function failureOf({ id, title, detail = '' }: ConformanceResult): string {
  return `- \`${id}\`: ${title}. Seen: ${detail}.`
}

function rowOf({ id, title, clause, outcome, detail }: ConformanceResult): string {
  const why = outcome === 'skipped' && detail !== undefined ? `: ${detail}` : ''
  const source = `${clause.section}: “${clause.words}”`
  return `| ${[`\`${id}\``, title, source, `${MARKS[outcome]}${why}`].map(cell).join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
