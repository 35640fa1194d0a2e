import vue from '@vitejs/plugin-vue'
import { defineConfig, type InlineConfig } from 'vite'

/**
 * The site's entries: what the browser starts with, and what the server renders first screens with. Each becomes a
 * folder of `dist` of its own, so that nothing of one weighs on another.
 */
export const entries = {
  publico: { browser: 'kiosk/main.ts', server: 'kiosk/render.ts' },
  personal: { browser: 'staff/main.ts', server: 'staff/render.ts' },
}

/** The configuration that all builds share; `build.ts` adds the entry. */
export const shared = {
  root: import.meta.dirname,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
} satisfies InlineConfig

export default defineConfig(shared)
