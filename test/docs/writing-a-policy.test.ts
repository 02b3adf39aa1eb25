import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { checkOf } from '../../src/contract/compile.ts'
import { PolicyDefinition } from '../../src/contract/schemas/definitions.ts'
import { contradictionsIn } from '../../src/domain/earning/contradictions.ts'
import { policy } from '../support/builders.ts'
import { testCallsOf } from './calls-of-page.ts'

const PAGE = 'docs/guides/writing-a-policy.md'

await testCallsOf(PAGE, 9)

const page = await readFile(PAGE, 'utf8')
const check = checkOf(PolicyDefinition, 'body')
const LEVEL = { yearAmount: '25' }

/** The rows of the tables: a rule, what to write, and in which member that is said. */
function rows(): { rule: string; said: object }[] {
  return page.split(/^## /m).flatMap((section) => {
    const [, inside] = /^\| your rule \| what to write(?: in `(\w+)`)? \|$/m.exec(section) ?? []
    return [...section.matchAll(/^\| ([^|]+) \| (.*`.*) \|$/gm)]
      .filter(([, , cell]) => /`["{]|`"/.test(cell!))
      .map(([, rule, cell]) => ({ rule: rule!, said: placed(inside, cell!) }))
  })
}

function placed(inside: string | undefined, cell: string): object {
  // What stands in the first code of a cell is JSON without its braces, or a level.
  const code = /`(.*?)`/.exec(cell)![1]!
  const said = JSON.parse(code.startsWith('{') ? code : `{${code}}`) as Record<string, unknown>
  if (inside === 'carryOver') {
    const lapses = 'neverLapses' in said || 'needsNotice' in said ? { validUntil: '03-31' } : {}
    return { carryOver: { ...lapses, ...said } }
  }
  if (inside === undefined)
    return code.includes('payPeriodsFrom') ? { ...said, ...earning({ every: 'two-weeks' }) } : said
  const isLevel = cell.startsWith('a level')
  return isLevel ? earning({ levels: ['perHours' in said ? said : { ...LEVEL, ...said }] }) : earning(said)
}

function earning(said: object): object {
  return { earning: { every: 'month', levels: [LEVEL], ...said } }
}

describe('what the tables say to write', () => {
  const all = rows()

  test('is there', () => {
    expect(all.length).toBeGreaterThanOrEqual(25)
  })

  test.each(all)('$rule', ({ said }) => {
    const asked = { ...policy(), ...said }
    expect(check(asked)).toEqual({ value: asked })
    expect(contradictionsIn(said, asked)).toEqual([])
  })
})
