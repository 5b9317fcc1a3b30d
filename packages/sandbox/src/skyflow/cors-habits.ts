/** What the CORS answers of Skyflow look like, as far as they are known. */
import type { CorsHabits } from '../cors.ts'

/** The page in whose frames the vendor's browser SDK makes its calls. */
const VENDOR_ORIGIN = 'https://js.skyflow.com'

export const skyflowCors: CorsHabits = {
  methods: () => ['GET', 'POST', 'PUT', 'DELETE'],
  // Without it a page cannot tell support which request failed.
  exposeHeaders: ['x-request-id'],
  isVendorOrigin: (origin) => origin === VENDOR_ORIGIN,
}
