/** The demo cannot go on. The message is for the person who started it: what is wrong, and what to do about it. */
export class Failure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
  }
}

/** What went wrong underneath: the innermost cause says it, `fetch failed` does not. */
export function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  return error.cause === undefined ? error.message : innermost(error.cause)
}
