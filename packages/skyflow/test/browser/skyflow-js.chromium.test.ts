/** skyflow-js in a real Chromium: its operations, its tokens, its frames. */
import './chapters/bearers.ts'
import './chapters/operations.ts'
import './chapters/react.ts'
import { launchOnce } from './stage.ts'

launchOnce()
