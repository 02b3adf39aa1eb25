/**
 * Which of several media types an `Accept` header likes best.
 * @param offered in our own order, which decides between equals; the first is also for callers who like none of them
 */
export function preferred<const Types extends readonly [string, ...string[]]>(
  accept: string | undefined,
  offered: Types,
): Types[number] {
  const [first] = offered
  if (accept === undefined) return first
  const ranges = accept.split(',').map(parseRange)
  let best: { type: Types[number]; quality: number } = { type: first, quality: 0 }
  for (const type of offered) {
    const quality = qualityOf(type, ranges)
    if (quality > best.quality) best = { type, quality }
  }
  return best.type
}

/** In which forms the history is shown. */
export const EVENT_MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'text/event-stream'] as const

/** Whether a call for the history wants to follow it. */
export function isEventStream(accept: string | undefined): boolean {
  return preferred(accept, EVENT_MEDIA_TYPES) === 'text/event-stream'
}

interface Range {
  readonly type: string
  readonly quality: number
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
}

/** Of the ranges that a type is in, the narrowest says. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const wider = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']
  for (const name of wider) {
    const range = ranges.find((range) => range.type === name)
    if (range !== undefined) return range.quality
  }
  return 0
}
