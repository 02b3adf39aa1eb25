import { Navigate } from '@tanstack/react-router'
import { useSession } from '../app/session.tsx'

/** Where somebody who just came begins. */
export default function Home() {
  const { entity, roles } = useSession()
  if (entity !== undefined) return <Navigate to="/my-leave" replace />
  return <Navigate to={roles.has('admin') ? '/start' : '/inbox'} replace />
}
