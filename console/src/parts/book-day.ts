import { useBooks } from '../api/queries.ts'
import { useSession } from '../app/session.tsx'
import { today } from './today.ts'

/** The day that it is in the book's time zone: what it calls today, wherever the reader is. */
export function useBookDay(): string {
  const { book } = useSession()
  const { data } = useBooks()
  const timeZone = data?.find(({ id }) => id === book)?.timeZone
  if (timeZone === undefined) return today()
  // Canada writes dates as they are compared.
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date())
}
