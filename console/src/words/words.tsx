import { IntlMessageFormat } from 'intl-messageformat'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import en from './en.json'

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES
export type WordKey = keyof typeof en
type Values = Readonly<Record<string, string | number>>

export interface Words {
  readonly language: Language
  readonly speak: (language: Language) => void
  readonly t: (key: WordKey, values?: Values) => string
  /** A calendar date, as people write it. */
  readonly day: (date: string, form?: 'brief' | 'short' | 'long' | 'weekday') => string
  readonly span: (from: string, to: string) => string
  readonly instant: (at: string) => string
  /** The month of a day. */
  readonly month: (date: string) => string
  /** The same, where its year is known and there is little place. */
  readonly monthShort: (date: string) => string
  /** A day of every year, such as `03-31`. */
  readonly dayOfYear: (monthAndDay: string) => string
  /** "one, two and three". */
  readonly list: (items: readonly string[]) => string
  /** @param index 0: Monday */
  readonly weekday: (index: number) => string
  /** A quantity: exact, with the sign for decimals of the language, without trailing zeros. */
  readonly quantity: (text: string) => string
}

const KEY = 'daybook-language'
const Context = createContext<Words | undefined>(undefined)

export function useWords(): Words {
  const words = useContext(Context)
  if (words === undefined) throw new Error('there are no words around this')
  return words
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage)
  const [texts, setTexts] = useState<Record<string, string> | undefined>(language === 'en' ? en : undefined)
  useEffect(() => {
    document.documentElement.lang = language
    let isOver = false
    const found = language === 'en' ? Promise.resolve(en) : import('./de.json').then((all) => all.default)
    void found.then((all) => {
      if (!isOver) setTexts(all)
    })
    return () => {
      isOver = true
    }
  }, [language])
  const words = useMemo(
    () =>
      texts === undefined
        ? undefined
        : wordsOf(language, texts, (next) => {
            localStorage.setItem(KEY, next)
            setLanguage(next)
          }),
    [language, texts],
  )
  return words === undefined ? null : <Context.Provider value={words}>{children}</Context.Provider>
}

function wordsOf(language: Language, texts: Record<string, string>, speak: Words['speak']): Words {
  const formats = new Map<string, IntlMessageFormat>()
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale(language), { timeZone: 'UTC', ...options })
  const short = dates({ day: 'numeric', month: 'short', year: 'numeric' })
  const forms = {
    brief: dates({ day: 'numeric', month: 'short' }),
    short,
    long: dates({ day: 'numeric', month: 'long', year: 'numeric' }),
    weekday: dates({ weekday: 'short', day: 'numeric', month: 'short' }),
  }
  const weekdays = dates({ weekday: 'short' })
  const daysOfYear = dates({ day: 'numeric', month: 'long' })
  const lists = new Intl.ListFormat(locale(language), { type: 'conjunction' })
  const months = dates({ month: 'long', year: 'numeric' })
  const shortMonths = dates({ month: 'short' })
  const instants = new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeStyle: 'short' })
  const numbers = new Intl.NumberFormat(locale(language), { maximumFractionDigits: 8 })
  const at = (date: string) => new Date(`${date}T00:00:00Z`)
  return {
    language,
    speak,
    t(key, values) {
      const format = formats.get(key) ?? new IntlMessageFormat(texts[key] ?? en[key], locale(language))
      formats.set(key, format)
      return String(format.format(values))
    },
    day: (date, form = 'short') => forms[form].format(at(date)),
    span: (from, to) => (from === to ? short.format(at(from)) : short.formatRange(at(from), at(to))),
    month: (date) => months.format(at(date)),
    monthShort: (date) => shortMonths.format(at(date)),
    // A year that has every day.
    dayOfYear: (monthAndDay) => daysOfYear.format(at(`2024-${monthAndDay}`)),
    list: (items) => lists.format(items),
    // The first of January 2024 was a Monday.
    weekday: (index) => weekdays.format(at(`2024-01-0${index + 1}`)),
    instant: (text) => instants.format(new Date(text)),
    // A cast: decimals as text are formatted exactly, which the types do not know everywhere.
    quantity: (text) => numbers.format(text as unknown as number),
  }
}

function locale(language: Language): string {
  return navigator.languages.find((one) => one.startsWith(language)) ?? (language === 'en' ? 'en-GB' : language)
}

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((one) => one.slice(0, 2))]
  return (wanted.find((one) => one !== null && one in LANGUAGES) as Language | undefined) ?? 'en'
}
