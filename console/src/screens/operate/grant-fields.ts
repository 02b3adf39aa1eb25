import type { Schema } from '@daybook/client'

/** One grant as it is typed. */
export interface GrantFields {
  readonly book: string
  /** A role, or a single right. */
  readonly what: string
  readonly entity: string
  readonly until: string
}

export type GrantKind = 'roles' | 'rights'

export const ROLE_NAMES = ['employee', 'hr', 'payroll', 'auditor', 'integration', 'admin'] as const

export function rolesOf(grants: readonly GrantFields[]): Schema<'RoleGrant'>[] {
  return grants.map(({ book, what, entity, until }) => ({
    book,
    role: what,
    ...(entity.trim() === '' ? {} : { entity: entity.trim() }),
    ...(until === '' ? {} : { until }),
  }))
}

export function rightsOf(grants: readonly GrantFields[]): Schema<'RightGrant'>[] {
  return grants.map(({ book, what, until }) => ({
    book,
    right: what.trim(),
    ...(until === '' ? {} : { until }),
  }))
}

/** Members of a form of grants, by which the service says what is wrong with them. */
export function pointersOf(kind: GrantKind, grants: readonly GrantFields[]): readonly string[] {
  const names = kind === 'roles' ? ['book', 'role', 'entity', 'until'] : ['book', 'right', 'until']
  return grants.flatMap((_, index) => names.map((name) => `/${kind}/${index}/${name}`))
}
