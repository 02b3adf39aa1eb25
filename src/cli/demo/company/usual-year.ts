import { day, plusDays } from '../days.ts'
import type { Notebook } from './notebook.ts'
import { isEmployed, type Person } from './people.ts'
import { CARRIED_UNTIL, WAITING_DAYS } from './policies.ts'
import type { Random } from './random.ts'
import type { Script } from './script.ts'
import type { Asked } from './steps.ts'
import type { Span } from './working-days.ts'

/*
 * The year of somebody about whom there is nothing to tell: leave when most people take it, of which some is refused,
 * some cancelled, some moved. Which, decides a seed.
 */

interface Wish {
  readonly name: string
  readonly asked: Asked
  readonly reason: string
  readonly resource?: string
}

interface Year {
  readonly person: Person
  readonly notebook: Notebook
  readonly script: Script
  readonly random: Random
}

/** Writes the wishes of a year into its script by day, with the lapse of what was carried over in between. */
export function playUsualYear(year: Year): void {
  const wishes = wishesOf(year.random).toSorted((a, b) => (a.asked.from < b.asked.from ? -1 : 1))
  for (const wish of wishes.filter(({ asked }) => asked.from <= CARRIED_UNTIL)) come(year, wish)
  year.script.lapse()
  for (const wish of wishes.filter(({ asked }) => asked.from > CARRIED_UNTIL)) come(year, wish)
}

function wishesOf(random: Random): readonly Wish[] {
  const winter = weeksAfter('2025-02-03', random.below(8))
  const summer = weeksAfter('2025-07-07', random.below(7))
  const autumn = weeksAfter('2025-10-06', random.below(3))
  const spare = weeksAfter('2025-09-15', random.below(2))
  return [
    { name: 'winter', reason: 'Snow', asked: { from: winter, to: plusDays(winter, random.below(4)) } },
    { name: 'easter', reason: 'Easter', asked: easter(random) },
    { name: 'bridge', reason: 'A long weekend', asked: oneDay(random.oneOf('2025-05-02', '2025-05-30', '2025-06-20')) },
    { name: 'summer', reason: 'Summer', asked: { from: summer, to: plusDays(summer, random.oneOf(4, 11, 11)) } },
    ...autumnOf(autumn, random),
    { name: 'christmas', reason: 'Christmas', asked: christmas(random) },
    lieu('lieu-june', { ...oneDay('2025-06-05'), fromPortion: 'pm' }),
    lieu('lieu-september', oneDay(spare)),
    lieu('lieu-november', { ...oneDay('2025-11-20'), hoursPerDay: random.oneOf('1.5', '2.25', '3') }),
  ]
}

function easter(random: Random): Asked {
  const [from, to] = random.oneOf(
    ['2025-04-14', '2025-04-17'],
    ['2025-04-17', '2025-04-25'],
    ['2025-04-22', '2025-04-25'],
  )
  return { from: day(from), to: day(to) }
}

/** A day of which each half is a request of its own; or some days that begin at noon. */
function autumnOf(monday: Asked['from'], random: Random): Wish[] {
  const reason = 'Moving house'
  if (random.below(3) > 0) {
    const asked: Asked = { from: monday, to: plusDays(monday, 1 + random.below(3)), fromPortion: 'pm' }
    return [{ name: 'autumn', reason, asked }]
  }
  return [
    { name: 'morning', reason, asked: { ...oneDay(monday), toPortion: 'am' } },
    { name: 'afternoon', reason, asked: { ...oneDay(monday), fromPortion: 'pm' } },
  ]
}

function christmas(random: Random): Asked {
  const [from, to] = random.oneOf(
    ['2025-12-22', '2025-12-31'],
    ['2025-12-22', '2025-12-24'],
    ['2025-12-29', '2025-12-31'],
  )
  return { from: day(from), to: day(to) }
}

function lieu(name: string, asked: Asked): Wish {
  return { name, asked, reason: 'Overtime', resource: 'time-off-in-lieu' }
}

/** One wish, and what becomes of it; none where it cannot be: too little is left, or nobody works there. */
function come(
  { person, notebook, script, random }: Year,
  { name, asked, reason, resource = 'annual-leave' }: Wish,
): void {
  const fate = random.below(100)
  const span: Span = { fromPortion: 'full', toPortion: 'full', hoursPerDay: null, ...asked }
  const days = notebook.workingDays(person.id, span)
  if (days.length === 0 || !isHere(person, span) || !notebook.allows(person.id, resource, span)) return
  const request = script.ask(name, asked, { resource, reason })
  if (notebook.request(request).status === 'approved') return
  if (fate < 8) return script.reject(request, 'Too many of us are away then')
  if (fate < 14) return script.cancel(request)
  if (name === 'christmas' && fate < 45) return
  script.approve(request)
  if (fate < 19) return script.cancel(request)
  if (days.length === 1) return
  if (fate < 26) return script.cancel(request, days.slice(-1))
  if (fate < 34) {
    script.change(request, { to: plusDays(asked.to, -1) })
    if (notebook.request(request).status === 'pending') script.approve(request)
  }
}

function isHere(person: Person, { from, to }: Span): boolean {
  const isBack = person.awayFrom === null || to < person.awayFrom
  return isBack && isEmployed(person, from) && isEmployed(person, to) && plusDays(person.hiredOn, WAITING_DAYS) <= from
}

function oneDay(text: string): Pick<Asked, 'from' | 'to'> {
  return { from: day(text), to: day(text) }
}

function weeksAfter(monday: string, weeks: number): Asked['from'] {
  return plusDays(day(monday), 7 * weeks)
}
