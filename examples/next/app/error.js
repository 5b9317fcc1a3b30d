'use client'
/** Stands in for the page after an error that asking again does not mend: here nobody is signed in. */
import { useTokenClient } from '@valetkey/react'

export default function SignIn({ error, reset }) {
  const tokens = useTokenClient()
  async function signIn() {
    const headers = { 'Content-Type': 'application/json' }
    await fetch('/api/login', { method: 'POST', headers, body: JSON.stringify({ user: 'ada' }) })
    // Whose tokens they are from now on. It forgets the error too.
    tokens.reset('ada')
    reset()
  }
  return (
    <main>
      <h1>Vault data in Next</h1>
      <p>{error.code ?? error.message}</p>
      <button type="button" onClick={signIn}>
        Sign in as Ada
      </button>
    </main>
  )
}
