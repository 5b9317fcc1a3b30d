/** The recipe of the guide: skyflow-js in React, under StrictMode. */
import { createTokenClient } from '@valetkey/client'
import { StrictMode, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { createSkyflowSdk } from '../../src/index.ts'
import { Skyflow } from './sdk.ts'

declare global {
  /** Renders the app anew, with as many cards. */
  var render: (cards: number) => void
  var unmount: () => void
  var resetSdk: () => void
}

const LINGER_MS = 200

const client = createTokenClient('/api/broker')
const sdk = createSkyflowSdk({
  client,
  audience: 'patients',
  init: (getBearerToken) => Skyflow.init({ ...house, getBearerToken }),
  lingerMs: LINGER_MS,
})

function useSkyflow() {
  return useSyncExternalStore(sdk.subscribe, sdk.current, () => undefined)
}

function Card({ id }: { id: string }) {
  const skyflow = useSkyflow()
  const insert = async ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const records = [{ table: 'patients', fields: { patient_id: id } }]
    const stored = await skyflow?.insert({ records })
    currentTarget.dataset['stored'] = String(stored?.records?.length)
  }
  return <button onClick={(event) => void insert(event)}>{id}</button>
}

const place = document.querySelector('#root')
const root = place && createRoot(place)
globalThis.framesNow = () => document.querySelectorAll('iframe').length
globalThis.resetSdk = sdk.reset
globalThis.unmount = () => root?.unmount()
globalThis.render = (cards) =>
  root?.render(
    <StrictMode>
      {Array.from({ length: cards }, (_, i) => (
        <Card key={i} id={`P-${i}`} />
      ))}
    </StrictMode>,
  )
