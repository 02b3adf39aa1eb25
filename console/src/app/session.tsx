import { type Daybook, must, NoAnswer, Refused, type Schema } from '@daybook/client'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { daybookBy } from '../api/client.ts'
import { mayDo, type ScreenRight } from './rights.ts'

type Me = Schema<'Me'>
type State = 'looking' | 'out' | 'in' | 'away'

interface Session {
  readonly state: State
  readonly daybook: Daybook
  readonly me: Me | undefined
  readonly book: string
  /** Who of the book the caller is; undefined: nobody. */
  readonly entity: string | undefined
  /** Of the caller in this book: `admin`, `hr`, … */
  readonly roles: ReadonlySet<string>
  /** Whether the caller has a right in this book. */
  readonly may: (right: ScreenRight) => boolean
  readonly chooseBook: (book: string) => void
  /** @throws Refused, NoAnswer */
  readonly signInByKey: (key: string) => Promise<void>
  /** @throws Refused, NoAnswer */
  readonly signInByPassword: (email: string, password: string) => Promise<void>
  readonly signOut: () => Promise<void>
  /** Somebody else ended the session. */
  readonly lose: () => void
  readonly wasLost: boolean
}

const KEY = 'daybook-key'
const SESSION = 'daybook-session'
const BOOK = 'daybook-book'

const Context = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = useContext(Context)
  if (session === undefined) throw new Error('there is no session around this')
  return session
}

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const [key, setKey] = useState(keyOfAddress)
  const [state, setState] = useState<State>('looking')
  const [me, setMe] = useState<Me>()
  const [wasLost, setWasLost] = useState(false)
  const [chosen, setChosen] = useState(() => localStorage.getItem(BOOK) ?? undefined)
  const daybook = useMemo(() => daybookBy(key), [key])

  useEffect(() => {
    if (state !== 'looking') return
    let isOver = false
    must(daybook.GET('/v1/me'))
      .then((found) => {
        if (isOver) return
        setMe(found)
        setState('in')
      })
      .catch((error: unknown) => {
        if (!isOver) setState(error instanceof NoAnswer ? 'away' : 'out')
      })
    return () => {
      isOver = true
    }
  }, [daybook, state])

  const enter = useCallback((found: Me, by: string | undefined) => {
    if (by !== undefined) sessionStorage.setItem(KEY, by)
    setWasLost(false)
    setKey(by)
    setMe(found)
    setState('in')
  }, [])
  const leave = useCallback(
    (lost: boolean) => {
      sessionStorage.removeItem(KEY)
      sessionStorage.removeItem(SESSION)
      queries.clear()
      setWasLost(lost)
      setKey(undefined)
      setMe(undefined)
      setState('out')
    },
    [queries],
  )

  const book = bookOf(me, chosen)
  const session: Session = {
    state,
    daybook,
    me,
    book,
    entity: me?.roles.find((role) => role.book === book && role.entity !== null)?.entity ?? undefined,
    roles: new Set(
      me?.kind === 'admin'
        ? ['admin']
        : me?.roles.filter((one) => one.book === book || one.book === '*').map(({ role }) => role),
    ),
    wasLost,
    may: (right) => mayDo(me, book, right),
    chooseBook(wanted) {
      localStorage.setItem(BOOK, wanted)
      setChosen(wanted)
    },
    async signInByKey(given) {
      enter(await must(daybookBy(given).GET('/v1/me')), given)
    },
    async signInByPassword(email, password) {
      const opened = await must(daybookBy(undefined).POST('/v1/sessions', { body: { email, password, cookie: true } }))
      sessionStorage.setItem(SESSION, opened.id)
      try {
        enter(await must(daybookBy(undefined).GET('/v1/me')), undefined)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        // A page without TLS keeps no such cookie: the token is kept in this tab.
        const {
          token,
          me: found,
          id,
        } = await must(daybookBy(undefined).POST('/v1/sessions', { body: { email, password } }))
        sessionStorage.setItem(SESSION, id)
        enter(found, token ?? undefined)
      }
    },
    async signOut() {
      const id = sessionStorage.getItem(SESSION)
      if (id !== null)
        await daybook.DELETE('/v1/sessions/{session}', { params: { path: { session: id } } }).catch(() => undefined)
      else if (key === undefined) await daybook.DELETE('/v1/sessions').catch(() => undefined)
      leave(false)
    },
    lose: () => leave(true),
  }
  return <Context.Provider value={session}>{children}</Context.Provider>
}

/** The address that `npm start` prints may bring the key along; it does not stay there. */
function keyOfAddress(): string | undefined {
  const [, given] = /^#key=(.+)$/.exec(location.hash) ?? []
  if (given !== undefined) {
    sessionStorage.setItem(KEY, decodeURIComponent(given))
    history.replaceState(null, '', location.pathname)
  }
  return sessionStorage.getItem(KEY) ?? undefined
}

function bookOf(me: Me | undefined, chosen: string | undefined): string {
  const own = me?.roles.map((role) => role.book).filter((name) => name !== '*') ?? []
  const isEverywhere = me?.kind === 'admin' || me?.roles.some((role) => role.book === '*') === true
  if (chosen !== undefined && (isEverywhere || own.includes(chosen))) return chosen
  return own[0] ?? 'main'
}
