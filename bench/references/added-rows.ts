import { printMinor } from '../../src/domain/quantity.ts'
import { printDays, printLowest, printOpening } from '../../src/ledger/account-row.ts'
import type { Decided } from './record.ts'

/** Common table expressions that add rows, for a statement whose $1 is the book and whose $2 is the position. */
export interface AddedRows {
  readonly text: string
  /** Of the parameters that follow those of the statement. */
  readonly values: readonly unknown[]
  /** Equal for equal texts. */
  readonly shape: string
}

interface Rows {
  readonly insert: string
  readonly after?: string
  readonly rows: readonly (readonly unknown[])[]
}

/**
 * The rows that go along with an event. Plain lists of values: for the one or two rows of a request they cost less than
 * arrays that are taken apart again.
 * @param parameters how many the statement has before them
 */
export function addedRows(decided: Decided, parameters: number): AddedRows {
  const tables = [transactions(decided), claims(decided), accounts(decided)].filter(({ rows }) => rows.length > 0)
  let next = parameters
  const texts = tables.map(({ insert, after = '', rows }, index) => {
    const lists = rows.map((row) => `($1, $2, ${row.map(() => `$${++next}`).join(', ')})`)
    return `added_${index} as (${insert} values ${lists.join(', ')} ${after})`
  })
  return {
    text: texts.join(',\n'),
    values: tables.flatMap(({ rows }) => rows.flat()),
    shape: tables.map(({ insert, rows }) => `${insert.slice(19, 22)}${rows.length}`).join('-'),
  }
}

function transactions({ transactions }: Decided): Rows {
  return {
    insert: `insert into ledger.transactions (
      book_id, position, line, type, component, entity_id, policy_id, resource, amount, effective_on, portion,
      reverses_position, reverses_line, reference)`,
    rows: transactions.map((t) => [
      t.line,
      t.type,
      t.component,
      t.entity,
      t.policy,
      t.resource,
      printMinor(t.amount, t.scale),
      t.effectiveOn,
      t.portion,
      t.reverses?.position ?? null,
      t.reverses?.line ?? null,
      t.reference,
    ]),
  }
}

function claims({ claims }: Decided): Rows {
  return {
    insert: 'insert into ledger.day_claims (book_id, position, line, entity_id, resource, day, am, pm)',
    rows: claims.map((c) => [c.line, c.entity, c.resource, c.on, c.portion !== 'pm', c.portion !== 'am']),
  }
}

function accounts({ accounts }: Decided): Rows {
  return {
    insert: `insert into ledger.accounts (
      book_id, last_position, entity_id, policy_id, resource, version, scale, kept_from, opening, days, lowest, floor)`,
    after: `
        on conflict (book_id, entity_id, policy_id) do update
       set version = excluded.version,
           last_position = excluded.last_position,
           kept_from = excluded.kept_from,
           opening = excluded.opening,
           days = excluded.days,
           lowest = excluded.lowest,
           floor = excluded.floor`,
    rows: accounts.map((a) => [
      a.entity,
      a.policy,
      a.resource,
      a.version,
      a.scale,
      a.keptFrom,
      printOpening(a),
      printDays(a),
      printLowest(a),
      a.floor === null ? null : printMinor(a.floor, a.scale),
    ]),
  }
}
