/** What the CORS answers of NexusRunDB are taken to look like: nothing is documented of them. */
import type { CorsHabits } from '../cors.ts'

export const nexusRunDbCors: CorsHabits = {
  methods: () => ['GET', 'POST', 'PUT', 'DELETE'],
  exposeHeaders: ['x-emulator-assumption'],
  isVendorOrigin: () => false,
}
