import { useMemo } from 'react'
import { useEntities } from '../api/queries.ts'
import { useSession } from '../app/session.tsx'

/** How people are called, of those whom the caller may read; others by their id. */
export function useNames(): (entity: string) => string {
  const { data } = useEntities()
  return useMemo(() => {
    const names = new Map(data?.map(({ id, name }) => [id, name]))
    return (entity) => names.get(entity) ?? entity
  }, [data])
}

/** Who did something: a person by name, anything else by what it is. */
export function useActorNames(): (actor: { readonly type: string; readonly id: string }) => string {
  const nameOf = useNames()
  const { me } = useSession()
  return ({ type, id }) =>
    type === 'employee' || type === 'manager' ? nameOf(id) : id === me?.id ? type : `${type} ${id}`
}
