import { must } from '@daybook/client'
import { useSession } from '../../app/session.tsx'
import { useSend } from '../../parts/use-send.ts'
import type { DayOff } from './days-off.ts'

/** What is said of one date, and which other date it was before, where it is moved. */
export interface Correction {
  readonly date: string
  readonly name: string
  readonly portion: DayOff['portion']
  readonly movedFrom?: DayOff
}

/** Says single dates of a calendar anew, and takes them back. */
export function useCorrect(calendar: string, onDone: () => void) {
  const { daybook, book } = useSession()
  const holiday = (date: string, key: string) => ({
    path: { book, calendar, date },
    header: { 'Idempotency-Key': key },
  })
  const say = ({ date, name, portion }: Correction, key: string) =>
    must(
      daybook.PUT('/v1/books/{book}/calendars/{calendar}/holidays/{date}', {
        params: holiday(date, key),
        body: { name, portion },
      }),
    )
  const forget = (date: string, key: string) =>
    must(daybook.DELETE('/v1/books/{book}/calendars/{calendar}/holidays/{date}', { params: holiday(date, key) }))
  const correct = useSend(async (correction: Correction, key) => {
    const { movedFrom: old } = correction
    const said = await say(correction, key)
    if (old === undefined || old.date === correction.date) return said
    // What the region has on the old date would hold again, if it were only forgotten.
    return old.from === 'own' ? forget(old.date, `${key}:old`) : say({ ...old, portion: 'none' }, `${key}:old`)
  }, onDone)
  const takeBack = useSend((date: string, key) => forget(date, key), onDone)
  return { correct, takeBack }
}
