import { Type } from 'typebox'

/** The columns that a balance has in a CSV unless the caller says: its members, who and what before how much. */
export const BALANCE_COLUMNS = [
  'entity',
  'policy',
  'resource',
  'unit',
  'asOf',
  'knownAt',
  'accrued',
  'consumed',
  'pending',
  'adjusted',
  'available',
  'spendable',
  'version',
] as const

/** Of accounts of which rules have taken something, and of no others. */
export const TAKEN_COLUMNS = ['lapsed', 'encashed'] as const

/** Of the entity's profile, as it is when the CSV is read. */
export const PROFILE_COLUMNS = ['personnelNumber', 'email'] as const

/** Of balances as they stand now; empty of a policy that earns nothing, and where its rules have not posted yet. */
export const STANDING_COLUMNS = ['earnedThrough'] as const

export type ProfileColumn = (typeof PROFILE_COLUMNS)[number]
export type Column =
  | (typeof BALANCE_COLUMNS)[number]
  | (typeof TAKEN_COLUMNS)[number]
  | (typeof STANDING_COLUMNS)[number]
  | ProfileColumn

/** Parameters of queries whose answer may be a CSV of balances of a snapshot. */
export const snapshotCsvForm = csvFormOfColumns([...BALANCE_COLUMNS, ...TAKEN_COLUMNS, ...PROFILE_COLUMNS])

/** The same of balances as they stand. */
export const csvForm = csvFormOfColumns([...BALANCE_COLUMNS, ...TAKEN_COLUMNS, ...STANDING_COLUMNS, ...PROFILE_COLUMNS])

function csvFormOfColumns(columns: readonly Column[]) {
  const anyColumn = `(${columns.join('|')})`
  return {
    delimiter: Type.Optional(
      Type.Unsafe<',' | ';' | '\t'>(
        Type.String({
          pattern: '^[,;\\t]$',
          description:
            'Of `text/csv`: what stands between two fields: a comma, a semicolon or a tab. A comma unless given; a semicolon ' +
            'where `decimal` is a comma.',
          examples: [';'],
          'x-must': 'be a comma, a semicolon (%3B) or a tab (%09)',
        }),
      ),
    ),
    decimal: Type.Optional(
      Type.Unsafe<'.' | ','>(
        Type.String({
          pattern: '^[.,]$',
          description: 'Of `text/csv`: what stands before the decimals of a quantity. A point unless given.',
          examples: [','],
          'x-must': 'be a point or a comma',
        }),
      ),
    ),
    columns: Type.Optional(
      Type.Refine(
        Type.String({
          pattern: `^${anyColumn}(,${anyColumn}){0,${columns.length - 1}}$`,
          description:
            'Of `text/csv`: which columns, in this order. The members that every balance has unless given. `lapsed` and ' +
            '`encashed` are empty where rules have never taken anything; `personnelNumber` and `email` are those of the ' +
            'profile of the entity now, empty where it has none.',
          examples: ['personnelNumber,policy,available'],
          'x-must': `be names of columns, each once, with commas between them: ${columns.join(', ')}`,
        }),
        (names) => new Set(names.split(',')).size === names.split(',').length,
      ),
    ),
  }
}
