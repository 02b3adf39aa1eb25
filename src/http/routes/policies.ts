import { Type } from 'typebox'
import { definePolicy } from '../../commands/define-policy.ts'
import { policyReply } from '../../commands/replies.ts'
import { ProblemError } from '../../contract/problem.ts'
import { PolicyDefinition } from '../../contract/schemas/definitions.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  PolicyPath,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { Policy, PreviewedPolicy, page } from '../../contract/schemas/replies.ts'
import { printMinor, toMinor } from '../../domain/quantity.ts'
import type { Definition } from '../../ledger/command.ts'
import { listPolicies, listPolicyVersions, readPolicy } from '../../ledger/read/policies.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define, defined, unchanged } from '../edge/defining.ts'
import { readOf, readOneOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function policyRoutes(app: App, backend: Backend): void {
  app.put(
    '/books/:book/policies/:policy',
    {
      schema: {
        ...operation({
          id: 'definePolicy',
          tag: 'Policies',
          summary: 'Make or change a policy',
          description:
            'A changed definition is a new version, which decides from `effectiveFrom` on; what is recorded stays as it is.',
          answers: { 201: defined(Policy), 200: unchanged(Type.Union([Policy, PreviewedPolicy])) },
          problems: ['unknown-book', ...DEFINE_PROBLEMS, 'scale-exceeded', 'rule-violated'],
        }),
        params: PolicyPath,
        querystring: CommandQuery,
        headers: CommandHeaders,
        body: PolicyDefinition,
      },
    },
    (request, reply) => {
      const { policy } = request.params
      return define(backend, request, reply, {
        type: 'policies',
        make: (caller) => definePolicy(caller, policy, request.body),
        recorded: policyReply,
        previewed: previewedPolicy,
      })
    },
  )
  app.get(
    '/books/:book/policies',
    {
      schema: {
        ...operation({
          id: 'listPolicies',
          tag: 'Policies',
          summary: 'List the policies',
          description: 'By id, each in its newest version.',
          answers: { 200: { description: 'A page.', schema: PolicyPage, headers: ['Daybook-Position'] } },
          problems: ['unknown-book', 'not-caught-up'],
        }),
        params: BookPath,
        querystring: ListQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query
      const { book } = request.params
      return readOf(backend, request, reply, () => listPolicies(backend.db, { book, cursor, limit }))
    },
  )
  app.get(
    '/books/:book/policies/:policy',
    {
      schema: {
        ...operation({
          id: 'readPolicy',
          tag: 'Policies',
          summary: 'Read a policy',
          description: 'Its newest version.',
          answers: { 200: { description: 'The policy.', schema: Policy, headers: ['Daybook-Position'] } },
          problems: ['unknown-book', 'not-found', 'not-caught-up'],
        }),
        params: PolicyPath,
        querystring: NoQuery,
        headers: ReadHeaders,
      },
    },
    (request, reply) => {
      const { book, policy } = request.params
      const read = () => readPolicy(backend.db, { book, policy })
      return readOneOf(backend, request, reply, `policy ${policy}`, read)
    },
  )
  app.get(
    '/books/:book/policies/:policy/versions',
    {
      schema: {
        ...operation({
          id: 'listPolicyVersions',
          tag: 'Policies',
          summary: 'List the versions of a policy',
          description: 'The oldest first.',
          answers: { 200: { description: 'A page.', schema: PolicyPage, headers: ['Daybook-Position'] } },
          problems: ['unknown-book', 'not-found', 'not-caught-up'],
        }),
        params: PolicyPath,
        querystring: ListQuery,
        headers: ReadHeaders,
      },
    },
    async (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query
      const { book, policy } = request.params
      const read = () => listPolicyVersions(backend.db, { book, policy, cursor, limit })
      const versions = await readOf(backend, request, reply, read)
      // A policy has a version, and so has every page that a cursor leads to.
      if (versions.items.length > 0) return versions
      throw new ProblemError({ code: 'not-found', detail: `There is no policy ${policy} in this book.` })
    },
  )
}

const PolicyPage = page('PolicyPage', Policy)

function previewedPolicy(definition: Definition): object {
  if (definition.kind !== 'policy') throw new Error(`a policy was defined as ${definition.kind}`)
  const { policy, position: _position, overdraftLimit, ...version } = definition.version
  const limit = overdraftLimit === null ? null : toMinor(overdraftLimit, version.scale)
  if (limit === 'scale-exceeded') throw new Error('a policy was accepted with a limit finer than its scale')
  return { id: policy, ...version, overdraftLimit: limit === null ? null : printMinor(limit, version.scale) }
}
