import { day } from '../days.ts'
import type { Script } from './script.ts'

/** What somebody in particular does, to show something. The totals are counted by hand. */
export interface Story {
  readonly person: string
  /** The request that it is about. */
  readonly request: string
  readonly shows: string
  readonly total: string
  play(script: Script): void
}

/** In the order in which they are told; those of one person are played in that order. */
export const stories: readonly Story[] = [
  {
    person: 'farid',
    request: 'farid-march',
    shows: 'five days, of which what was left of 2024 gives 3.5',
    total: '5.0',
    play(script) {
      script.approve(script.ask('march', span('2025-03-24', '2025-03-28')))
    },
  },
  {
    person: 'giulia',
    request: 'giulia-june',
    shows: 'two weeks of three days, and Whit Monday is off',
    total: '5.0',
    play(script) {
      script.approve(script.ask('june', span('2025-06-02', '2025-06-13')))
    },
  },
  {
    person: 'lukas',
    request: 'lukas-summer',
    shows: 'two weeks, and Munich keeps the 15th of August',
    total: '9.0',
    play(script) {
      script.approve(script.ask('summer', span('2025-08-11', '2025-08-22')))
      const november = script.ask('november', span('2025-11-24', '2025-11-28'))
      script.reject(november, 'The release is that week')
    },
  },
  {
    person: 'chloe',
    request: 'chloe-summer',
    shows: 'approved, moved past the bank holiday, approved again',
    total: '9.0',
    play(script) {
      const summer = script.ask('summer', span('2025-08-18', '2025-08-29'))
      script.approve(summer)
      script.change(summer, span('2025-08-26', '2025-09-05'))
      script.approve(summer)
    },
  },
  {
    person: 'elif',
    request: 'elif-autumn',
    shows: 'approved by Rosa, while Theresa is away',
    total: '5.0',
    play(script) {
      script.approve(script.ask('autumn', span('2025-09-22', '2025-09-26')), 'manager:rosa')
    },
  },
  {
    person: 'amelie',
    request: 'amelie-morning',
    shows: 'the morning of a day, by one request',
    total: '0.5',
    play(script) {
      script.approve(script.ask('morning', { ...span('2025-10-10', '2025-10-10'), toPortion: 'am' }))
    },
  },
  {
    person: 'amelie',
    request: 'amelie-afternoon',
    shows: 'its afternoon by another',
    total: '0.5',
    play(script) {
      script.approve(script.ask('afternoon', { ...span('2025-10-10', '2025-10-10'), fromPortion: 'pm' }))
    },
  },
  {
    person: 'amelie',
    request: 'amelie-lieu',
    shows: 'hours of overtime, granted at once: up to four are',
    total: '4.00',
    play(script) {
      script.ask('lieu', { ...span('2025-11-07', '2025-11-07'), fromPortion: 'pm' }, { resource: 'time-off-in-lieu' })
    },
  },
  {
    person: 'hanna',
    request: 'hanna-course',
    shows: 'manager and HR agree; a day less is asked for, and granted',
    total: '4.0',
    play(script) {
      const course = script.ask('course', span('2025-11-10', '2025-11-14'), { resource: 'study-leave' })
      script.approve(course, 'manager:jonas')
      script.approve(course, 'manager:nadia')
      script.cancel(course, [day('2025-11-14')])
      script.approve(course, 'manager:petra')
      // Another day less is not granted.
      script.cancel(course, [day('2025-11-13')])
      script.reject(course, 'The course is paid for', 'manager:petra')
    },
  },
  {
    person: 'lukas',
    request: 'lukas-christmas',
    shows: 'still pending; two holidays, and two afternoons off',
    total: '5.0',
    play(script) {
      script.ask('christmas', span('2025-12-22', '2025-12-31'))
    },
  },
]

function span(from: string, to: string) {
  return { from: day(from), to: day(to) }
}
