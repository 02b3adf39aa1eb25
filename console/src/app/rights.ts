/** Of `GET /v1/me`: what somebody may do where. */
interface Grants {
  readonly kind: string
  readonly roles: readonly { readonly book: string; readonly role: string }[]
  readonly rights: readonly { readonly book: string; readonly right: string }[]
}

/** The rights that screens ask for, and the roles that have them about everybody; docs/reference/access.md has all of them. */
export const ROLES_WITH = {
  'entities:read': ['hr', 'payroll', 'auditor', 'admin'],
  'entities:define': ['hr', 'integration', 'admin'],
  'assignments:define': ['hr', 'integration', 'admin'],
  'work-patterns:define': ['hr', 'admin'],
  'leaving:record': ['hr', 'admin'],
  'policies:define': ['admin'],
  'calendars:define': ['hr', 'admin'],
  'events:read': ['auditor', 'admin'],
  'audit:read': ['auditor', 'admin'],
  'runs:read': ['hr', 'payroll', 'auditor', 'admin'],
  'runs:start': ['hr', 'admin'],
  'webhooks:read': ['auditor', 'admin'],
  'webhooks:define': ['admin'],
  'keys:define': ['admin'],
  'users:define': ['admin'],
  'service-audit:read': ['admin'],
} as const satisfies Record<string, readonly string[]>

export type ScreenRight = keyof typeof ROLES_WITH

/** What belongs to no book needs the right on every one. */
const OF_NO_BOOK: ReadonlySet<ScreenRight> = new Set(['users:define', 'service-audit:read'])

/** Whether somebody has a right on a book: what is shown to whoever has it not would only be refused. */
export function mayDo(me: Grants | undefined, book: string, right: ScreenRight): boolean {
  if (me === undefined) return false
  if (me.kind === 'admin') return true
  const reaches = (on: string) => on === '*' || (on === book && !OF_NO_BOOK.has(right))
  const roles: readonly string[] = ROLES_WITH[right]
  return (
    me.roles.some((one) => roles.includes(one.role) && reaches(one.book)) ||
    me.rights.some((one) => one.right === right && reaches(one.book))
  )
}
