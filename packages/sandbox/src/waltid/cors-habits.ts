/** What the CORS answers of walt.id's enterprise API look like: nobody outside knows, so the vendor admits no origin. */
import type { CorsHabits } from '../cors.ts'

export const waltidCors: CorsHabits = {
  methods: () => ['GET', 'POST', 'DELETE'],
  exposeHeaders: ['x-sandbox-assumption'],
  isVendorOrigin: () => false,
}
