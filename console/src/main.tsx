import '@mantine/core/styles.css'
import './app/console.css'
import { createTheme, MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isPassing } from './api/client.ts'
import { nonce } from './app/nonce.ts'
import { router } from './app/router.tsx'
import { SessionProvider } from './app/session.tsx'
import { WordsProvider } from './words/words.tsx'

const queries = new QueryClient({
  defaultOptions: {
    // The client has gone on for long enough when a query fails.
    queries: {
      retry: false,
      staleTime: 30_000,
      throwOnError: false,
      refetchOnWindowFocus: (query) => isPassing(query.state.error),
    },
    mutations: { retry: false },
  },
})

const theme = createTheme({
  primaryColor: 'indigo',
  // Of those with enough contrast for small text.
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <WordsProvider>
        <QueryClientProvider client={queries}>
          <SessionProvider>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>
  </StrictMode>,
)
