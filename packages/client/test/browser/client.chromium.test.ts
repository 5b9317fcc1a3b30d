/** The client in a real Chromium: many tabs, tabs that sleep, networks and policies as users have them. */
import './chapters/asleep.ts'
import './chapters/clocks.ts'
import './chapters/locked-down.ts'
import './chapters/network.ts'
import './chapters/secrecy.ts'
import './chapters/tabs.ts'
import './chapters/vault-calls.ts'
import { launchOnce } from './stage.ts'

launchOnce()
