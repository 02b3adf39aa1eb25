import { printMinor } from '../../src/domain/quantity.ts'
import { printDays, printOpening } from '../../src/ledger/rows/account-row.ts'
import type { WrittenAccount } from '../../src/ledger/writing/addition.ts'
import type { Decided } from './writing.ts'

/** Common table expressions that write rows, for a statement whose $1 is the book and whose $2 is the position. */
export interface AddedRows {
  readonly text: string
  /** Of the parameters that follow those of the statement. */
  readonly values: readonly unknown[]
  /** Equal for equal texts. */
  readonly shape: string
}

/** One statement on one row; `?` stands for its values, in order. */
interface RowStatement {
  readonly kind: string
  readonly text: string
  readonly values: readonly unknown[]
}

/**
 * The rows that go along with an event. Plain values: for the one or two rows of a request they cost less than arrays
 * that are taken apart again.
 * @param parameters how many the statement has before them
 */
export function addedRows({ transactions, claims, accounts, made }: Decided, parameters: number): AddedRows {
  const statements = [
    ...transactions.map(insertTransaction),
    ...claims.map(insertClaim),
    ...accounts.map((written) => (made.has(written) ? insertAccount(written) : updateAccount(written))),
  ]
  const shape = statements.map(({ kind }) => kind).join('')
  return { text: textOf(shape, statements, parameters), values: statements.flatMap(({ values }) => values), shape }
}

const texts = new Map<string, string>()

function textOf(shape: string, statements: readonly RowStatement[], parameters: number): string {
  const key = `${shape} ${parameters}`
  let text = texts.get(key)
  if (text === undefined) {
    let next = parameters
    const numbered = (part: string) => part.replaceAll('?', () => `$${++next}`)
    text = statements.map((statement, index) => `row_${index} as (${numbered(statement.text)})`).join(',\n')
    texts.set(key, text)
  }
  return text
}

function insertTransaction(transaction: Decided['transactions'][number]): RowStatement {
  const { line, type, component, entity, policy, resource, amount, scale, effectiveOn, portion } = transaction
  const { reverses, reference } = transaction
  return {
    kind: 't',
    text: `
      insert into ledger.transactions (
               book_id, position, line, type, component, entity_id, policy_id, resource, amount, effective_on, portion,
               reverses_position, reverses_line, reference)
      values ($1, $2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    values: [
      line,
      type,
      component,
      entity,
      policy,
      resource,
      printMinor(amount, scale),
      effectiveOn,
      portion,
      reverses?.position ?? null,
      reverses?.line ?? null,
      reference,
    ],
  }
}

function insertClaim({ line, entity, resource, on, portion }: Decided['claims'][number]): RowStatement {
  return {
    kind: 'c',
    text: `
      insert into ledger.day_claims (book_id, position, line, entity_id, resource, day, am, pm)
      values ($1, $2, ?, ?, ?, ?, ?, ?)`,
    values: [line, entity, resource, on, portion !== 'pm', portion !== 'am'],
  }
}

// Nothing that is measured has a last day, so no account has lots.
function insertAccount(written: WrittenAccount): RowStatement {
  const { account } = written
  return {
    kind: 'a',
    text: `
      insert into ledger.accounts (
               book_id, last_position, version, kept_from, opening, days, lowest, floor, entity_id, policy_id, resource,
               scale, has_lots)
      values ($1, $2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false)`,
    values: [...stateOf(written), account.entity, account.policy, account.resource, account.scale],
  }
}

function updateAccount(written: WrittenAccount): RowStatement {
  const { account } = written
  return {
    kind: 'u',
    text: `
      update ledger.accounts
         set last_position = $2, version = ?, kept_from = ?, opening = ?, days = ?, lowest = ?, floor = ?
       where book_id = $1
         and entity_id = ?
         and policy_id = ?`,
    values: [...stateOf(written), account.entity, account.policy],
  }
}

function stateOf({ account, lowest, floor }: WrittenAccount): unknown[] {
  const { version, keptFrom, scale } = account
  return [
    version,
    keptFrom,
    printOpening(account),
    printDays(account),
    printMinor(lowest, scale),
    floor === null ? null : printMinor(floor, scale),
  ]
}
