import { defineAssignment } from '../../commands/define-assignment.ts'
import { assignmentReply } from '../../commands/replies.ts'
import {
  Assignment,
  AssignmentDefinition,
  AssignmentPage,
  DefinedAssignment,
} from '../../contract/schemas/assignments.ts'
import {
  AssignmentPath,
  AssignmentsQuery,
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  EntityAssignmentsQuery,
  EntityPath,
  ListQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { listAssignments, listAssignmentVersions, readAssignment } from '../../ledger/read/assignments.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf, readOneOf, readVersionsOf } from '../edge/reading.ts'
import { readerOf } from '../edge/request-reader.ts'
import type { App } from '../route.ts'
import { notAllowed } from './request-span.ts'

export function assignmentRoutes(app: App, backend: CommandBackend & ReadBackend & Pick<Backend, 'primary'>): void {
  const { primary } = backend
  app.put('/books/:book/entities/:entity/assignments/:assignment', { schema: DEFINE_ASSIGNMENT }, (request, reply) => {
    const { entity, assignment } = request.params
    refuseOwnAccount(request, entity)
    refuseDays(request.body)
    return define(backend, request, reply, {
      type: 'assignments',
      body: undefined,
      make: (caller) => defineAssignment(caller, { entity, assignment }, request.body),
      recorded: assignmentReply,
      previewed: (definition) => {
        if (definition.kind !== 'assignment') throw new Error(`an assignment was defined as ${definition.kind}`)
        const { assignment: id, position: _position, ...version } = definition.version
        return { id, ...version, resource: definition.resource }
      },
    })
  })
  app.get('/books/:book/assignments', { schema: LIST_ASSIGNMENTS }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const reader = await readerOf(primary, request, query.entity)
    return readOf(backend, request, reply, () =>
      listAssignments(backend.db, { ...request.params, limit, ...query, ...reader }),
    )
  })
  app.get('/books/:book/entities/:entity/assignments', { schema: LIST_ENTITY_ASSIGNMENTS }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const reader = await readerOf(primary, request, request.params.entity)
    return readOf(backend, request, reply, () =>
      listAssignments(backend.db, { ...request.params, limit, ...query, ...reader }),
    )
  })
  app.get(
    '/books/:book/entities/:entity/assignments/:assignment',
    { schema: READ_ASSIGNMENT },
    async (request, reply) => {
      const { entity, assignment } = request.params
      const reader = await readerOf(primary, request, entity)
      const read = () => readAssignment(backend.db, { ...request.params, ...reader })
      return readOneOf(backend, request, reply, `assignment ${assignment} of ${entity}`, read)
    },
  )
  app.get(
    '/books/:book/entities/:entity/assignments/:assignment/versions',
    { schema: LIST_ASSIGNMENT_VERSIONS },
    async (request, reply) => {
      const { cursor, limit = DEFAULT_LIMIT } = request.query
      const { entity, assignment } = request.params
      const reader = await readerOf(primary, request, entity)
      const read = () => listAssignmentVersions(backend.db, { ...request.params, ...reader, cursor, limit })
      return readVersionsOf(backend, request, reply, `assignment ${assignment} of ${entity}`, read)
    },
  )
}

/** @throws ProblemError where an assignment ends before it begins, or a version of it begins after it is over */
function refuseDays({ from, to, effectiveFrom }: DaysSaid): void {
  if (to === undefined || to === null) return
  if (to < from) throw notAllowed('/to', 'must not be before `from`')
  if (effectiveFrom !== undefined && effectiveFrom > to) throw notAllowed('/effectiveFrom', 'must not be after `to`')
}

interface DaysSaid {
  readonly from: string
  readonly to?: string | null
  readonly effectiveFrom?: string
}

const DEFINE_ASSIGNMENT = {
  ...operation({
    id: 'defineAssignment',
    tag: 'Earning',
    summary: 'Assign an entity to a policy',
    description:
      'From its first day to its last the entity earns by the rules of the policy. The body is the whole definition. What it ' +
      'says of the days and of service is of the whole assignment; `share`, `amounts` and `terms` hold from `effectiveFrom` on, until ' +
      'the day of the next version, and from the beginning on where it says no such day. So a share that changes in July is ' +
      'the same definition with the new share and `effectiveFrom`, and a last day is said by any of them. The policy of an ' +
      'assignment is fixed (rule `assignment-policy-fixed`). Its days are not all after its policy is retired (rule ' +
      '`policy-retired`). Two assignments of one entity to one policy have no day in common.',
    answers: { 201: recorded(DefinedAssignment), 200: unchanged(DefinedAssignment) },
    problems: [
      'unknown-book',
      'own-account',
      ...DEFINE_PROBLEMS,
      'assignment-overlap',
      'unknown-policy',
      'policy-does-not-earn',
      'rule-violated',
    ],
  }),
  params: AssignmentPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: AssignmentDefinition,
}

const LIST_ASSIGNMENTS = {
  ...operation({
    id: 'listAssignments',
    tag: 'Earning',
    summary: 'List assignments',
    description: 'By entity and id, each in its newest version; those that are over included.',
    answers: { 200: listed(AssignmentPage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: AssignmentsQuery,
  headers: ReadHeaders,
}

const LIST_ENTITY_ASSIGNMENTS = {
  ...operation({
    id: 'listEntityAssignments',
    tag: 'Earning',
    summary: 'List the assignments of an entity',
    description: 'By id, each in its newest version; those that are over included.',
    answers: { 200: listed(AssignmentPage) },
    problems: READ_PROBLEMS,
  }),
  params: EntityPath,
  querystring: EntityAssignmentsQuery,
  headers: ReadHeaders,
}

const READ_ASSIGNMENT = {
  ...operation({
    id: 'readAssignment',
    tag: 'Earning',
    summary: 'Read an assignment',
    description: 'Its newest version.',
    answers: { 200: found('The assignment.', Assignment) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: AssignmentPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

const LIST_ASSIGNMENT_VERSIONS = {
  ...operation({
    id: 'listAssignmentVersions',
    tag: 'Earning',
    summary: 'List the versions of an assignment',
    description: 'The oldest first, with what each said of the days: those that hold are those of the last one.',
    answers: { 200: listed(AssignmentPage) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: AssignmentPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}
