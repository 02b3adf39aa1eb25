/** Callers that are limited alike. */
const CALLER_CLASSES = ['admin', 'integration', 'people', 'nobody', 'sign-ins'] as const
export type CallerClass = (typeof CALLER_CLASSES)[number]

/** What is counted of calls. */
export const COUNTED_OF_CALLS = ['requests', 'bytes', 'processor'] as const
export type Counted = (typeof COUNTED_OF_CALLS)[number]

/** How much of each one caller may have in a second; processor time in milliseconds. What is not named is not limited. */
export type Quota = Readonly<Partial<Record<Counted, number>>>

export type RateLimits = Readonly<Record<CallerClass, Quota>>

export const DEFAULT_RATE_LIMITS = 'admin=off integration=off people=50,4MB,500ms nobody=50,2MB,250ms sign-ins=5'

/**
 * @param text `<callers>=<quotas>`, with blanks between them; quotas are requests, `kB` or `MB`, and `ms` of processor time in
 * a second, with commas between them, or `off`. Callers that are not named have what is usual; `off` alone is off for all
 * @returns undefined where it is none of that
 */
export function parseRateLimits(text: string): RateLimits | undefined {
  const usual = text === DEFAULT_RATE_LIMITS ? allOff() : (parseRateLimits(DEFAULT_RATE_LIMITS) ?? allOff())
  if (text === 'off') return allOff()
  const limits = { ...usual }
  for (const part of text.split(/\s+/).filter((word) => word !== '')) {
    const [name, quotas = ''] = part.split('=', 2)
    const callers = CALLER_CLASSES.find((known) => known === name)
    const quota = quotaOf(quotas)
    if (callers === undefined || quota === undefined) return undefined
    limits[callers] = quota
  }
  return limits
}

function allOff(): Record<CallerClass, Quota> {
  return { admin: {}, integration: {}, people: {}, nobody: {}, 'sign-ins': {} }
}

const UNITS: Readonly<Record<string, { readonly counted: Counted; readonly times: number }>> = {
  '': { counted: 'requests', times: 1 },
  kB: { counted: 'bytes', times: 1_000 },
  MB: { counted: 'bytes', times: 1_000_000 },
  ms: { counted: 'processor', times: 1 },
}

function quotaOf(text: string): Quota | undefined {
  if (text === 'off') return {}
  const quota: Partial<Record<Counted, number>> = {}
  for (const part of text.split(',')) {
    const [, digits, unit = ''] = /^([1-9]\d{0,5})(kB|MB|ms)?$/.exec(part) ?? []
    const { counted, times } = UNITS[unit]!
    if (digits === undefined || quota[counted] !== undefined) return undefined
    quota[counted] = Number(digits) * times
  }
  return quota
}
