import { type Minor, printMinor } from '../../../domain/quantity.ts'
import { day } from '../days.ts'
import { type Compared, type ToldRequest, totalOf } from './checks.ts'
import { availableIn, type Notebook, type NotedRequest, type Status, sumOf } from './notebook.ts'
import { departments, people } from './people.ts'
import type { Postings, RunAsked } from './runs.ts'
import { stories } from './stories.ts'

/** Of a long list of differences as many as help. */
const SHOWN_DIFFERENCES = 10
const END_OF_YEAR = day('2025-12-31')
const COLUMNS = ['people', 'approved', 'rejected', 'cancelled', 'pending', 'days off', 'days left'] as const
const NAME_WIDTH = 'Finance and people'.length
const TRIES_WIDTH = 42
const REQUEST_WIDTH = 17
const TOTAL_WIDTH = 5
const WHAT_WIDTH = 16

/** A line for each department: its requests, and its annual leave at the end of the year. */
export function departmentLines(notebook: Notebook): string[] {
  const rows = departments.map((department) => rowOf(department, notebook))
  const total = rows
    .map(({ figures }) => figures)
    .reduce((sum, figures) => sum.map((figure, at) => figure + figures[at]!))
  const head = `${''.padEnd(NAME_WIDTH)}${COLUMNS.map((column) => `  ${column}`).join('')}`
  const rule = '─'.repeat(head.length)
  return [head, rule, ...rows.map(lineOf), rule, lineOf({ name: 'all', figures: total })]
}

interface Row {
  readonly name: string
  /** In the order of the columns; the last two in hundredths of a day. */
  readonly figures: readonly Minor[]
}

const DAY_COLUMNS = 2

function lineOf({ name, figures }: Row): string {
  const cells = figures.map((figure, at) => {
    const text = at < COLUMNS.length - DAY_COLUMNS ? String(figure) : printMinor(figure, 2)
    return text.padStart(COLUMNS[at]!.length + 2)
  })
  return `${name.padEnd(NAME_WIDTH)}${cells.join('')}`
}

function rowOf(department: string, notebook: Notebook): Row {
  const members = people.filter((person) => person.department === department).map(({ id }) => id)
  const requests = notebook.requests.filter(({ entity }) => members.includes(entity))
  const left = members.flatMap((id) =>
    ['annual', 'annual-london'].map((policy) => availableIn(notebook.balance(id, policy, END_OF_YEAR))),
  )
  return {
    name: department,
    figures: [
      BigInt(members.length),
      ...(['approved', 'rejected', 'cancelled', 'pending'] as const).map((status) => countOf(requests, status)),
      requests
        .filter(({ resource, status }) => resource === 'annual-leave' && status === 'approved')
        .reduce((sum, { days }) => sum + sumOf(days), 0n),
      left.reduce((sum, available) => sum + available, 0n),
    ],
  }
}

function countOf(requests: readonly NotedRequest[], status: Status): Minor {
  return BigInt(requests.filter((request) => request.status === status).length)
}

/** A line for each story: the total that the service says, and what it shows. */
export function storyLines(told: readonly ToldRequest[]): string[] {
  return stories.map(
    (story) => `  ${story.request.padEnd(REQUEST_WIDTH)} ${totalOf(told, story).padStart(TOTAL_WIDTH)}  ${story.shows}`,
  )
}

/** One line for a run: up to which day, and how much it posted. */
export function runLine({ through, policies }: RunAsked, postings: Postings): string {
  const { accruals, carryOvers, lapses, corrections } = postings
  const counts = `${accruals} accruals, ${carryOvers} carry-overs, ${lapses} lapses, ${corrections} corrections`
  return `  through ${through}${policies === undefined ? '' : `, ${policies.join(', ')}`}: ${counts}`
}

/** One line of the table of what was refused: who tried what, and the answer. */
export function refusalLine(tries: string, answer: string): string {
  return `  ${tries.padEnd(TRIES_WIDTH)}  ${answer}`
}

/** What was compared, with its verdict, and what is wrong of it. */
export function comparedLines({ what, count, differences }: Compared): string[] {
  const verdict = differences.length === 0 ? 'right' : 'WRONG'
  const more = differences.length - SHOWN_DIFFERENCES
  return [
    `  ${verdict}  ${what.padEnd(WHAT_WIDTH)} ${count}`,
    ...differences.slice(0, SHOWN_DIFFERENCES).map((words) => `    ${words}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ]
}
