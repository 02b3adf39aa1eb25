import { Center, Loader } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useSession } from './session.tsx'

// Whoever is outside does not need what is inside, and the other way round.
const SignIn = lazy(() => import('../screens/SignIn.tsx'))
const Invitation = lazy(() => import('../screens/Invitation.tsx'))
const Inside = lazy(() => import('./inside.tsx'))

export function Layout() {
  const { state } = useSession()
  const { pathname } = useLocation()
  const waiting = (
    <Center mih="100vh">
      <Loader />
    </Center>
  )
  // Whoever has an invitation need not be anybody yet.
  if (pathname.startsWith('/invitation/'))
    return (
      <Suspense fallback={waiting}>
        <Invitation />
      </Suspense>
    )
  if (state === 'looking') return waiting
  return <Suspense fallback={waiting}>{state === 'in' ? <Inside /> : <SignIn />}</Suspense>
}
