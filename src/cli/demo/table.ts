import type { Balance } from './client.ts'
import type { Employee, PayPeriod } from './leave-year.ts'

const PERIOD_WIDTH = 'pay period ends'.length
const WIDTH = 7
const GROUP_WIDTH = 3 * WIDTH

/** The lines above the first period. */
export function tableHead(employees: readonly Employee[]): string[] {
  const titles = employees.map(({ id, category }) => ` │ ${`${id}, ${category} h a period`.padStart(GROUP_WIDTH)}`)
  const names = employees.map(() => ` │ ${['earned', 'taken', 'left'].map(right).join('')}`)
  const rule = employees.map(() => `─┼─${'─'.repeat(GROUP_WIDTH)}`)
  const period = 'pay period ends'.padEnd(PERIOD_WIDTH)
  return [
    `${' '.repeat(PERIOD_WIDTH)}${titles.join('')}`,
    `${period}${names.join('')}`,
    `${'─'.repeat(PERIOD_WIDTH)}${rule.join('')}`,
  ]
}

/** One period: what each account holds at the end of its last day. */
export function tableLine({ number, lastDay }: PayPeriod, balances: readonly Balance[]): string {
  const cells = balances.map(
    ({ accrued, consumed, available }) => ` │ ${[accrued, consumed, available].map(right).join('')}`,
  )
  return `${String(number).padStart(3)}  ${lastDay}${cells.join('')}`
}

function right(text: string): string {
  return text.padStart(WIDTH)
}
