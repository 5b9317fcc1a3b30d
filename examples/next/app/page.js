/** The page that a client would run in. */
export default function Page() {
  return <h1>A broker in Next</h1>
}
