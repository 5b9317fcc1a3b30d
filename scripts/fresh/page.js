/** In a fresh Vite app: everything that a page may import, in one production bundle. */
import * as client from '@valetkey/client'
import * as callback from '@valetkey/client/callback'
import * as nexusrundb from '@valetkey/nexusrundb'
import * as react from '@valetkey/react'
import * as devtools from '@valetkey/react/devtools'
import * as query from '@valetkey/react/query'
import * as secretvault from '@valetkey/secretvault'
import * as skyflow from '@valetkey/skyflow'
import * as waltid from '@valetkey/waltid'

const entries = [client, callback, nexusrundb, react, devtools, query, secretvault, skyflow, waltid]
const functions = entries.flatMap((entry) =>
  Object.values(entry).filter((value) => typeof value === 'function'),
)
const tokens = client.createTokenClient('/api/broker')
const { status } = tokens.status('cards')
tokens.dispose()
document.body.textContent = `${entries.length} entries, ${functions.length > 0 && status}`
