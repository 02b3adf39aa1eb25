import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: at('.'),
  // Relative: the service may have a prefix before its paths.
  base: './',
  // Everything but the page itself is below /console: no other address of the service is taken.
  build: {
    outDir: at('dist'),
    assetsDir: 'console',
    emptyOutDir: true,
    target: 'es2022',
    // Those that know `light-dark()`: written otherwise it does not follow the scheme that somebody chose.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
  // It imports what the page imports too.
  worker: { format: 'es' },
  resolve: { alias: { '@daybook/client': at('../clients/typescript/src/index.ts') } },
})
