import { Navigate } from '@tanstack/react-router'
import { useSession } from '../app/session.tsx'

/** Where somebody without leave of their own begins, by what they are there for: the first role that they have. */
const FIRST_BY_ROLE = [
  ['admin', '/start'],
  ['hr', '/inbox'],
  ['payroll', '/payroll'],
  ['auditor', '/audit'],
] as const

/** Where somebody who just came begins. */
export default function Home() {
  const { entity, roles } = useSession()
  if (entity !== undefined) return <Navigate to="/my-leave" replace />
  const found = FIRST_BY_ROLE.find(([role]) => roles.has(role))
  return <Navigate to={found === undefined ? '/team' : found[1]} replace />
}
