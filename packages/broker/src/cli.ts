#!/usr/bin/env node
/** The command `npx @valetkey/broker`. */
import { runCommand } from './cli/main.ts'
import { processTerminal } from './cli/terminal.ts'

process.exitCode = await runCommand(process.argv.slice(2), processTerminal())
// What is still under way after the last word has been given up: a connection, a timer of a minter.
setTimeout(() => process.exit(), 500).unref()
