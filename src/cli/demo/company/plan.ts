import type { Call } from '../calls.ts'
import { Failure } from '../failure.ts'
import { overtime, recordedBy } from './earned.ts'
import { entitled } from './entitlement.ts'
import { leaveOf2024 } from './leave-of-2024.ts'
import { Notebook } from './notebook.ts'
import { people, type Site } from './people.ts'
import { Random } from './random.ts'
import { Script } from './script.ts'
import { stories } from './stories.ts'
import { playUsualYear } from './usual-year.ts'
import type { ToldCalendar } from './working-days.ts'

/** A year of the company, before any of it is posted. */
export interface Plan {
  /** What is recorded by hand before anybody asks for leave: what was taken in 2024, and overtime. */
  readonly byHand: readonly Call[]
  /** Of each person one after the other; those of different people do not depend on each other. */
  readonly byPerson: readonly (readonly Call[])[]
  /** What comes out, if all of it is accepted. */
  readonly notebook: Notebook
}

const SEED = 2025

/** The same year every time, given the same calendars. */
export function planYear(calendars: Readonly<Record<Site, ToldCalendar>>): Plan {
  const notebook = new Notebook(calendars)
  const before = leaveOf2024()
  const hours = overtime()
  for (const entry of [...people.flatMap(entitled), ...before, ...hours]) notebook.note(entry)
  const random = new Random(SEED)
  const byPerson = people.map((person) => {
    const script = new Script(person, notebook)
    const own = stories.filter((story) => story.person === person.id)
    for (const story of own) story.play(script)
    if (own.length > 0) script.lapse()
    else playUsualYear({ person, notebook, script, random })
    return script.calls
  })
  const posted = byPerson.flat().map(({ idempotencyKey }) => idempotencyKey)
  if (new Set(posted).size < posted.length) throw new Failure('The demo gives one key to two commands.')
  const taken = before.filter(({ type }) => type === 'consumption')
  return { byHand: [...recordedBy('entity', taken), ...recordedBy('policy', hours)], byPerson, notebook }
}
