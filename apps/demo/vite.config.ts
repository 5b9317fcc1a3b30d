/** How the page is built. */
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    target: 'baseline-widely-available',
    // Inlined assets would need `data:` in the page's policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
})
