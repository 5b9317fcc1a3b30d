/** Logs one JSON object per line, as pino does. */
import type { Logger } from '../types.ts'

const LEVELS = { info: 30, warn: 40, error: 50 } as const

export function createJsonLogger(print: (line: string) => void): Logger {
  const at =
    (level: keyof typeof LEVELS) =>
    (details: object, msg: string): void =>
      print(JSON.stringify({ level: LEVELS[level], time: Date.now(), ...details, msg }))
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
