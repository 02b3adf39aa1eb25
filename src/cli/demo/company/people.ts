import type { Weekday } from '../../../domain/calendar/calendar.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { day } from '../days.ts'

/*
 * Isar & Thames, makers of measuring instruments: forty people in Munich and London. None of them exists.
 */

export type Site = 'london' | 'munich'

export interface Person {
  readonly id: string
  readonly name: string
  readonly department: string
  /** null: nobody is above her. */
  readonly manager: string | null
  readonly site: Site
  readonly hiredOn: CalendarDate
  readonly leftOn: CalendarDate | null
  /** The weekdays of somebody who works part time, and since when. */
  readonly partTime: { readonly from: CalendarDate; readonly weekdays: readonly Weekday[] } | null
  /** First day of an absence that has not ended. */
  readonly awayFrom: CalendarDate | null
}

type Special = Partial<Pick<Person, 'awayFrom' | 'leftOn' | 'partTime'>>

/** Departments in the order in which they are shown. */
export const departments = ['Management', 'Engineering', 'Production', 'Sales', 'Finance and people', 'Design'] as const

export const people: readonly Person[] = [
  ...department('Management', [person('maren', 'Maren Vogt', 'munich', '2011-04-01', null)]),
  ...department('Engineering', [
    person('jonas', 'Jonas Lindner', 'munich', '2014-09-01', 'maren'),
    person('selin', 'Selin Aydın', 'munich', '2017-02-01', 'jonas'),
    person('kwame', 'Kwame Mensah', 'london', '2018-05-14', 'jonas'),
    person('lukas', 'Lukas Brandl', 'munich', '2019-10-01', 'jonas'),
    person('hanna', 'Hanna Sørensen', 'munich', '2020-03-01', 'jonas'),
    person('farid', 'Farid Haddad', 'munich', '2016-07-01', 'selin'),
    person('giulia', 'Giulia Conti', 'munich', '2021-01-11', 'selin', partTime('2024-01-01', ['mon', 'tue', 'wed'])),
    person('moritz', 'Moritz Ebner', 'munich', '2022-06-01', 'selin'),
    person('yuki', 'Yuki Tanaka', 'munich', '2025-03-17', 'selin'),
    person('bence', 'Bence Kovács', 'munich', '2019-01-07', 'selin', { leftOn: day('2025-09-30') }),
    person('chloe', 'Chloe Bennett', 'london', '2020-11-02', 'kwame'),
    person('arjun', 'Arjun Patel', 'london', '2023-08-07', 'kwame'),
    person('isla', 'Isla Fraser', 'london', '2025-09-01', 'kwame'),
  ]),
  ...department('Production', [
    person('theresa', 'Theresa Huber', 'munich', '2012-03-01', 'maren', { awayFrom: day('2025-07-01') }),
    person('rosa', 'Rosa Steiner', 'munich', '2015-10-01', 'theresa'),
    person('elif', 'Elif Demir', 'munich', '2018-04-16', 'theresa'),
    person('georg', 'Georg Maier', 'munich', '2010-08-02', 'theresa'),
    person('amelie', 'Amelie Roth', 'munich', '2021-09-01', 'theresa'),
    person('tomasz', 'Tomasz Nowak', 'munich', '2022-02-14', 'theresa'),
    person(
      'vera',
      'Vera Schuster',
      'munich',
      '2013-05-06',
      'theresa',
      partTime('2025-07-01', ['tue', 'wed', 'thu', 'fri']),
    ),
    person('dragan', 'Dragan Petrović', 'munich', '2024-11-04', 'theresa'),
    person('lena', 'Lena Pichler', 'munich', '2025-02-17', 'theresa'),
    person('ruben', 'Ruben Falk', 'munich', '2017-12-01', 'theresa'),
  ]),
  ...department('Sales', [
    person('oliver', 'Oliver Grant', 'london', '2013-01-14', 'maren'),
    person('sophie', 'Sophie Turner', 'london', '2019-06-03', 'oliver'),
    person('daniel', 'Daniel Osei', 'london', '2021-04-12', 'oliver'),
    person('freya', 'Freya Hughes', 'london', '2022-10-10', 'oliver', partTime('2025-01-01', ['mon', 'tue', 'thu'])),
    person('marco', 'Marco Bianchi', 'munich', '2016-03-01', 'oliver'),
    person('ewa', 'Ewa Zielińska', 'munich', '2020-08-03', 'oliver'),
    person('harry', 'Harry Collins', 'london', '2025-05-12', 'oliver'),
    person('nina', 'Nina Wolf', 'munich', '2023-03-13', 'oliver'),
  ]),
  ...department('Finance and people', [
    person('petra', 'Petra Engel', 'munich', '2012-10-01', 'maren'),
    person('nadia', 'Nadia Rahman', 'london', '2018-09-03', 'petra'),
    person('paul', 'Paul Fischer', 'munich', '2019-04-01', 'petra'),
    person('ingrid', 'Ingrid Bauer', 'munich', '2011-11-02', 'petra', partTime('2020-01-01', ['mon', 'wed', 'fri'])),
  ]),
  ...department('Design', [
    person('grace', 'Grace Adeyemi', 'london', '2016-02-15', 'maren'),
    person('leo', 'Leo Martin', 'london', '2020-01-06', 'grace'),
    person('zoe', 'Zoe Clarke', 'london', '2022-07-04', 'grace'),
    person('samir', 'Samir Khan', 'london', '2024-03-18', 'grace'),
  ]),
]

/** Who decides last where `hr` has to agree. */
export const hr: readonly string[] = ['petra', 'nadia']

/** The first and the last day of an employment count. */
export function isEmployed({ hiredOn, leftOn }: Person, on: CalendarDate): boolean {
  return hiredOn <= on && (leftOn === null || on <= leftOn)
}

type Placed = Omit<Person, 'department'>

function person(
  id: string,
  name: string,
  site: Site,
  hiredOn: string,
  manager: string | null,
  special: Special = {},
): Placed {
  return { id, name, site, hiredOn: day(hiredOn), manager, leftOn: null, partTime: null, awayFrom: null, ...special }
}

function partTime(from: string, weekdays: readonly Weekday[]): Special {
  return { partTime: { from: day(from), weekdays } }
}

function department(name: (typeof departments)[number], placed: readonly Placed[]): Person[] {
  return placed.map((one) => ({ ...one, department: name }))
}
