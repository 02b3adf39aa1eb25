import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { BALANCE_COLUMNS, type Column } from '../../contract/schemas/csv.ts'

/** How a CSV is written. */
export interface CsvForm {
  readonly delimiter: ',' | ';' | '\t'
  readonly decimal: '.' | ','
  readonly columns: readonly Column[]
}

/** What a caller says of it. `columns` as its schema lets through: names with commas between them. */
export interface AskedForm {
  readonly delimiter?: CsvForm['delimiter'] | undefined
  readonly decimal?: CsvForm['decimal'] | undefined
  readonly columns?: string | undefined
}

/** @throws ProblemError where no program could tell the fields from the decimals without a look at the quotation marks */
export function csvFormOf({ delimiter, decimal = '.', columns }: AskedForm): CsvForm {
  if (delimiter === decimal) throw refusal('delimiter', 'must not be the decimal comma')
  return {
    delimiter: delimiter ?? (decimal === ',' ? ';' : ','),
    decimal,
    columns: columns === undefined ? BALANCE_COLUMNS : (columns.split(',') as Column[]),
  }
}

/** @throws ProblemError where something is said about a CSV, and none is asked for */
export function refuseCsvForm({ delimiter, decimal, columns }: AskedForm): void {
  const said = Object.entries({ delimiter, decimal, columns }).find(([, value]) => value !== undefined)
  if (said !== undefined) throw refusal(said[0], 'must not be given where no CSV is asked for: send `Accept: text/csv`')
}

function refusal(name: string, message: string): ProblemError {
  return new ProblemError(invalidRequest([{ in: 'query', pointer: `/${name}`, message }]))
}
