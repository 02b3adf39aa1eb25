import type { FastifyRequest } from 'fastify'
import { readProfiles } from '../../ledger/read/profiles.ts'
import type { ReadBackend } from '../backend.ts'
import { hasRight } from '../edge/authorize.ts'
import type { ReadProfiles } from './balance-csv.ts'

type BookRequest = Pick<FastifyRequest<{ Params: { book: string } }>, 'params' | 'principal' | 'reach' | 'today'>

/**
 * Profiles for the columns of a CSV: of those about whom the caller may read entities, and of the others none, as if they had
 * none. Whose balances reach some entities only, reads these as well.
 */
export function profilesFor({ db }: Pick<ReadBackend, 'db'>, request: BookRequest): ReadProfiles {
  const { book } = request.params
  const mayRead = request.reach !== 'everybody' || hasRight(request, book, 'entities:read')
  return (entities) => (mayRead ? readProfiles(db, book, entities) : Promise.resolve(new Map()))
}
