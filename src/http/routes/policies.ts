import type { Pool } from 'pg'
import { definePolicy } from '../../commands/define-policy.ts'
import { policyReply } from '../../commands/replies.ts'
import { PolicyDefinition } from '../../contract/schemas/definitions.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  PolicyPath,
  PolicyQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { DefinedPolicy } from '../../contract/schemas/policy-impact.ts'
import { Policy, page } from '../../contract/schemas/replies.ts'
import type { ExplainedTerms } from '../../domain/earning/plain-words/explained-terms.ts'
import { plainWords } from '../../domain/earning/plain-words.ts'
import { saidIn, saysNothing, shownEarningTerms } from '../../domain/earning/said.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import type { PolicyVersion } from '../../domain/policy/policy.ts'
import { normalQuantity, printMinor, toMinor } from '../../domain/quantity.ts'
import { type Impact, readImpact } from '../../earning/impact.ts'
import type { Definition } from '../../ledger/definition.ts'
import { type PolicyItem, policies } from '../../ledger/read/policies.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf, readOneOf, readVersionsOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

const PolicyPage = page('PolicyPage', Policy)

export function policyRoutes(app: App, backend: CommandBackend & ReadBackend & Pick<Backend, 'primary'>): void {
  app.put('/books/:book/policies/:policy', { schema: DEFINE_POLICY }, (request, reply) => {
    const { book, policy } = request.params
    return define(backend, request, reply, {
      type: 'policies',
      body: request.body,
      make: (caller, body) => definePolicy(caller, policy, body),
      recorded: request.query.dryRun === true ? explainedReply : policyReply,
      previewed: async (definition, telling) => {
        const version = policyIn(definition)
        const impact = telling.tells('balance', {}) ? await impactOf(backend.primary, { book, version }) : {}
        return { ...previewedPolicy(version), ...impact }
      },
    })
  })
  app.get('/books/:book/policies', { schema: LIST_POLICIES }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () => policies.list(backend.db, { book, cursor, limit }))
  })
  app.get('/books/:book/policies/:policy', { schema: READ_POLICY }, async (request, reply) => {
    const { book, policy } = request.params
    const read = () => policies.read(backend.db, { book, id: policy })
    const item = await readOneOf(backend, request, reply, `policy ${policy}`, read)
    return request.query.explain === true ? { ...item, text: textOf(item) } : item
  })
  app.get('/books/:book/policies/:policy/versions', { schema: LIST_POLICY_VERSIONS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book, policy } = request.params
    const read = () => policies.listVersions(backend.db, { book, id: policy, cursor, limit })
    return readVersionsOf(backend, request, reply, `policy ${policy}`, read)
  })
}

const DEFINE_POLICY = {
  ...operation({
    id: 'definePolicy',
    tag: 'Policies',
    summary: 'Make or change a policy',
    description:
      'A changed definition is a new version, which decides from `effectiveFrom` on; what is recorded stays as it is. Where ' +
      'it makes `dayExclusive` true, the lines that are recorded already claim their days; two on one day are `day-taken`. ' +
      'Terms of earning that cannot be said together are `invalid-request`: each of `errors` says what to write instead. A ' +
      'dry run says in `text`, in plain words, what they are, and in `impact` what everybody who is assigned would have otherwise, ' +
      'to whoever may read all balances. It takes a second for some hundreds of people.',
    answers: { 201: recorded(DefinedPolicy), 200: unchanged(DefinedPolicy) },
    problems: ['unknown-book', ...DEFINE_PROBLEMS, 'scale-exceeded', 'rule-violated', 'day-taken'],
  }),
  params: PolicyPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: PolicyDefinition,
}

const LIST_POLICIES = {
  ...operation({
    id: 'listPolicies',
    tag: 'Policies',
    summary: 'List the policies',
    description: 'By id, each in its newest version.',
    answers: { 200: listed(PolicyPage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const READ_POLICY = {
  ...operation({
    id: 'readPolicy',
    tag: 'Policies',
    summary: 'Read a policy',
    description: 'Its newest version; with `explain=true` its terms of earning in plain words, too.',
    answers: { 200: found('The policy.', Policy) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: PolicyPath,
  querystring: PolicyQuery,
  headers: ReadHeaders,
}

const LIST_POLICY_VERSIONS = {
  ...operation({
    id: 'listPolicyVersions',
    tag: 'Policies',
    summary: 'List the versions of a policy',
    description: 'The oldest first.',
    answers: { 200: listed(PolicyPage) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: PolicyPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

function policyIn(definition: Definition): PolicyVersion {
  if (definition.kind !== 'policy') throw new Error(`a policy was defined as ${definition.kind}`)
  return definition.version
}

/** Of a policy that says nothing about earning, and to which nobody is assigned, there is none. */
async function impactOf(
  db: Pool,
  of: { readonly book: string; readonly version: PolicyVersion },
): Promise<{ readonly impact?: Impact }> {
  const impact = await readImpact(db, of)
  return impact.entities === 0 && saysNothing(of.version) ? {} : { impact }
}

function previewedPolicy(defined: PolicyVersion): object {
  const {
    policy,
    position: _position,
    overdraftLimit,
    retiredFrom = null,
    kindVisibleTo = 'manager',
    ...version
  } = defined
  const limit = overdraftLimit === null ? null : toMinor(overdraftLimit, version.scale)
  if (limit === 'scale-exceeded') throw new Error('a policy was accepted with a limit finer than its scale')
  return {
    id: policy,
    ...version,
    overdraftLimit: limit === null ? null : printMinor(limit, version.scale),
    retiredFrom,
    kindVisibleTo,
    ...shownEarningTerms(defined),
    ...textIfEarning(defined),
  }
}

/** Of a dry run that would change nothing: what is in force already, in words, too. */
function explainedReply(event: RecordedEvent): string {
  // Casts: both are objects that this service wrote, and what the event says of terms is what is told.
  const shown = JSON.parse(policyReply(event)) as object
  return JSON.stringify({ ...shown, ...textIfEarning(JSON.parse(event.dataText) as ExplainedTerms) })
}

/** A dry run of a policy that says nothing about earning answers what the command would. */
function textIfEarning(terms: ExplainedTerms): { readonly text?: string } {
  return saysNothing(terms) ? {} : { text: plainWords(terms) }
}

function textOf({ unit, scale, overdraftLimit, retiredFrom, ...shown }: PolicyItem): string {
  return plainWords({
    unit,
    scale,
    overdraftLimit: overdraftLimit === null ? null : normalQuantity(overdraftLimit),
    ...(retiredFrom === null ? {} : { retiredFrom }),
    ...saidIn(shown),
  })
}
