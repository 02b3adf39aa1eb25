import { Center, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { useSession } from './session.tsx'

// Whoever is outside does not need what is inside, and the other way round.
const SignIn = lazy(() => import('../screens/SignIn.tsx'))
const Inside = lazy(() => import('./inside.tsx'))

export function Layout() {
  const { state } = useSession()
  const waiting = (
    <Center mih="100vh">
      <Loader />
    </Center>
  )
  if (state === 'looking') return waiting
  return <Suspense fallback={waiting}>{state === 'in' ? <Inside /> : <SignIn />}</Suspense>
}
