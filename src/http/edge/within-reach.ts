import type { FastifyRequest } from 'fastify'
import type { Pool } from 'pg'
import { type Problem, ProblemError, toProblem } from '../../contract/problem.ts'
import { type RequestOwner, readRequestOwner } from '../../ledger/read/deciders.ts'
import { hiddenKinds } from './request-reader.ts'

/** A call about a book of which it is known whose data it may touch. */
type Reaching = Pick<FastifyRequest, 'acting' | 'reach'>

/** Answers a command about an entity beyond the reach of the caller as one about an entity that is missing. @throws ProblemError */
export function refuseEntityBeyondReach({ reach }: Reaching, entity: string): void {
  if (reach === 'everybody' || reach.includes(entity)) return
  throw new ProblemError(toProblem({ refusal: { code: 'unknown-entity', entity } }))
}

/**
 * Answers a command about a request beyond the reach of the caller as one about a request that is missing: before its key is
 * looked up, so that a replay tells nothing either. Whose a request is never changes. To decide, the caller also reaches
 * those whose approval names them; and those whom they are or stand in for, who are refused as their own. What is for hr alone
 * to know is not there for managers whom no approval asks.
 * @returns whose it is; undefined where the caller reaches everybody
 * @throws ProblemError
 */
export async function refuseRequestBeyondReach(
  db: Pool,
  { acting, params, reach }: Reaching & FastifyRequest<{ Params: { book: string; request: string } }>,
  { decides }: { readonly decides: boolean },
): Promise<RequestOwner | undefined> {
  if (reach === 'everybody') return undefined
  const { book, request } = params
  const { selves } = acting.authority
  const owner = await readRequestOwner(db, book, { request, deciders: selves })
  const isReached =
    owner !== undefined &&
    (selves.includes(owner.entity)
      ? decides || reach.includes(owner.entity)
      : (decides && owner.isNamed) || (reach.includes(owner.entity) && !(await isHidden(db, book, owner))))
  if (!isReached) throw new ProblemError(missingRequest(request))
  return owner
}

/** 404 for a path that names a request which does not exist. */
export function missingRequest(requestId: string): Problem {
  return toProblem({ refusal: { code: 'unknown-request', requestId } })
}

async function isHidden(db: Pool, book: string, { resource, asksManagers }: RequestOwner): Promise<boolean> {
  return !asksManagers && (await hiddenKinds(db, book)).includes(resource)
}
