import { readFileSync, statSync } from 'node:fs'

/*
 * What time it is in the world: what day it is for a book, what notice is kept, what is due tonight, and when something is
 * recorded. Tests and rehearsals play it, so that years pass in minutes. Leases, sessions, tokens and patience go by the
 * real clock, whatever is played.
 */

/** Where a played clock begins: at an instant when the process starts, or where a file says, at the time of its last change. */
export type PlayedTime = { readonly from: Date } | { readonly file: string }

let now: (() => Date) | undefined

/** The time of the world: that of this machine, unless it is played. */
export function worldNow(): Date {
  return now?.() ?? new Date()
}

/** The time that is played; undefined: none is, and the clock of the database is the one to go by. */
export function playedNow(): Date | undefined {
  return now?.()
}

/**
 * Plays the time from now on. A played clock runs as any other does.
 * @param time undefined: none is played
 */
export function playTime(time: PlayedTime | undefined): void {
  now = time === undefined ? undefined : 'file' in time ? followingFile(time.file) : runningFrom(time.from, Date.now())
}

/**
 * What a setting says: an instant, a day and a time or a day in UTC, or `@` and a file that says one of these.
 * @returns undefined where it is none, or the file does not say one
 */
export function parsePlayedTime(text: string): PlayedTime | undefined {
  if (!text.startsWith('@')) return fromInstant(text)
  const file = text.slice(1)
  return saidIn(file) === undefined ? undefined : { file }
}

function runningFrom(from: Date, since: number): () => Date {
  return () => new Date(from.getTime() + Math.max(0, Date.now() - since))
}

/** As the file said when it was changed last; where it cannot be read, or says nothing, as it said before. */
function followingFile(file: string): () => Date {
  let known: ReturnType<typeof saidIn>
  return () => {
    known = saidIn(file) ?? known
    if (known === undefined) throw new Error(`${file} says no time that could be played`)
    return runningFrom(known.from, known.changedAt)()
  }
}

function saidIn(file: string): { readonly from: Date; readonly changedAt: number } | undefined {
  try {
    const changedAt = statSync(file).mtimeMs
    const said = fromInstant(readFileSync(file, 'utf8').trim())
    return said && { ...said, changedAt: Math.floor(changedAt) }
  } catch {
    return undefined
  }
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/

function fromInstant(text: string): { readonly from: Date } | undefined {
  const [, day, time = 'T00:00', zone = 'Z'] = INSTANT.exec(text) ?? []
  // What does not exist is another day, or none.
  if (day === undefined || day < '1900' || day >= '3000' || !isDay(day)) return undefined
  const from = new Date(`${day}${time.endsWith(zone) ? time : `${time}${zone}`}`)
  return Number.isNaN(from.getTime()) ? undefined : { from }
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00.000Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}
