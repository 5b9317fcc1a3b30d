/** The example's login. */
import { signIn } from 'shared/login'

export async function POST(request) {
  const { user } = await request.json()
  const cookie = await signIn(user)
  return new Response(
    null,
    cookie ? { status: 204, headers: { 'Set-Cookie': cookie } } : { status: 401 },
  )
}
