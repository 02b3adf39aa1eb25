import { sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, type RowRead, read, tables } from '../../db/compiled.ts'
import type { AssignmentVersion } from '../../domain/earning/assignment.ts'
import { amongThese, type LeftOut, leftOut, type ReadFor } from '../../domain/reach.ts'
import { assignmentFromRow } from '../assignments.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { besideHead, oneBesideHead, pageBesideHead, withEvent } from './with-head.ts'

/** One version of an assignment, with the event that defined it. */
export interface AssignmentItem extends Omit<AssignmentVersion, 'assignment'> {
  readonly id: string
  /** What its policy counts. */
  readonly resource: string
  readonly recordedAt: string
  readonly hash: string
}

interface AssignmentFilters extends LeftOut {
  readonly book: string
  readonly entity: string | undefined
  readonly policy: string | undefined
  /** The last one before the page: of whom, and which. */
  readonly afterEntity: string | undefined
  readonly after: string | undefined
  readonly reach: readonly string[] | undefined
  readonly limit: number
}

// Several indexes may serve it, by what is asked, so no plan is kept.
export const ASSIGNMENTS = compiled({
  optional: ['entity', 'policy', 'afterEntity', 'after', 'reach', 'hidden'],
  computed: { hash: 'text' },
  query: ({ book, entity, policy, afterEntity, after, reach, hidden, own, limit }: AssignmentFilters) =>
    page(
      book,
      newest(book)
        .where((eb) => eb.and(present({ entity_id: entity, policy_id: policy })))
        .$if(afterEntity !== undefined, (rows) =>
          rows.where((eb) => eb(eb.refTuple('entity_id', 'assignment_id'), '>', eb.tuple(afterEntity!, after!))),
        )
        .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
        .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
        .limit(limit),
    ),
})

interface OneAsked extends LeftOut {
  readonly book: string
  readonly entity: string
  readonly assignment: string
  readonly reach: readonly string[] | undefined
}

export const ASSIGNMENT = compiled({
  name: 'read-assignment',
  optional: ['reach', 'hidden'],
  computed: { hash: 'text' },
  query: ({ book, entity, assignment, reach, hidden, own }: OneAsked) =>
    page(
      book,
      newest(book)
        .where('entity_id', '=', entity)
        .where('assignment_id', '=', assignment)
        .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
        .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
        .limit(sql.lit(1)),
    ),
})

export const ASSIGNMENT_VERSIONS = compiled({
  name: 'list-assignment-versions',
  optional: ['after', 'reach', 'hidden'],
  computed: { hash: 'text' },
  query: ({
    book,
    entity,
    assignment,
    after,
    reach,
    hidden,
    own,
    limit,
  }: OneAsked & { readonly after: number | undefined; readonly limit: number }) =>
    page(
      book,
      versions(book)
        .where('entity_id', '=', entity)
        .where('assignment_id', '=', assignment)
        .$if(after !== undefined, (rows) => rows.where('version', '>', after!))
        .$if(reach !== undefined, (rows) => rows.where(isOneOf('entity_id', reach!)))
        .$if(hidden !== undefined, (rows) => rows.where(isKnown({ own: own!, hidden: hidden! })))
        .limit(limit),
    ),
})

function versions(book: string) {
  return tables
    .selectFrom('ledger.assignments as versions')
    .select(['entity_id', 'assignment_id', 'version', 'position', 'effective_from', 'policy_id', 'resource'])
    .select(['from_day', 'to_day', 'service_since', 'share', 'amounts', 'terms'])
    .where('book_id', '=', book)
    .orderBy('entity_id')
    .orderBy('assignment_id')
    .orderBy('version')
}

function newest(book: string) {
  return versions(book).where('version', '=', (newer) =>
    newer
      .selectFrom('ledger.assignments as newer')
      .select(({ fn }) => fn.max('newer.version').as('version'))
      .where('newer.book_id', '=', book)
      .whereRef('newer.entity_id', '=', 'versions.entity_id')
      .whereRef('newer.assignment_id', '=', 'versions.assignment_id'),
  )
}

function page(book: string, found: ReturnType<typeof versions>) {
  return besideHead(book, withEvent(book, found), ['entity_id', 'assignment_id', 'version'])
}

/**
 * Assignments by entity and id, each in its newest version.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listAssignments(
  db: Pool,
  asked: ReadFor & {
    readonly book: string
    readonly entity?: string | undefined
    readonly policy?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
): Promise<({ head: number } & Page<AssignmentItem>) | undefined> {
  const { book, entity, policy, limit, cursor } = asked
  const cursors = cursorsOf('assignments', [book, entity, policy], ['id', 'id'])
  const [afterEntity, after] = cursors.parse(cursor) ?? []
  const reach = amongThese(asked.reach, entity)
  const filters = { book, entity, policy, afterEntity, after, reach, ...leftOut(asked, entity), limit: limit + 1 }
  return pageBesideHead(await read(db, ASSIGNMENTS, filters), limit, {
    key: 'entity_id',
    item: assignmentItem,
    cursor: (row) => cursors.after([row.entity_id, row.assignment_id]),
  })
}

interface OneRead extends ReadFor {
  readonly book: string
  readonly entity: string
  readonly assignment: string
}

/**
 * An assignment in its newest version; no item where there is none within reach.
 * @returns undefined where the book does not exist
 */
export async function readAssignment(
  db: Pool,
  asked: OneRead,
): Promise<{ head: number; item: AssignmentItem | undefined } | undefined> {
  return oneBesideHead(await read(db, ASSIGNMENT, within(asked)), { key: 'entity_id', item: assignmentItem })
}

/**
 * All versions of an assignment, oldest first; none where there is none within reach.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listAssignmentVersions(
  db: Pool,
  { cursor, limit, ...asked }: OneRead & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<({ head: number } & Page<AssignmentItem>) | undefined> {
  const cursors = cursorsOf('assignment-versions', [asked.book, asked.entity, asked.assignment], ['number'])
  const after = cursors.parse(cursor)?.[0]
  const rows = await read(db, ASSIGNMENT_VERSIONS, { ...within(asked), after, limit: limit + 1 })
  return pageBesideHead(rows, limit, {
    key: 'entity_id',
    item: assignmentItem,
    cursor: (row) => cursors.after([row.version]),
  })
}

function within({ book, entity, assignment, ...reader }: OneRead): OneAsked {
  return { book, entity, assignment, reach: amongThese(reader.reach, entity), ...leftOut(reader, entity) }
}

function assignmentItem(row: RowRead<typeof ASSIGNMENT>): AssignmentItem {
  const { assignment, ...version } = assignmentFromRow(row)
  return {
    id: assignment,
    ...version,
    resource: row.resource,
    recordedAt: row.recorded_at.toISOString(),
    hash: row.hash,
  }
}
