/** What the doctor saw. */
export interface Finding {
  readonly about: string
  /** A warning does not keep the service from its work; what is wrong does, or will. */
  readonly level: 'ok' | 'warning' | 'wrong'
  /** In words. */
  readonly says: string
  /** What to do about it. */
  readonly advice?: string
}

/** Nothing to do. */
export function ok(about: string, says: string): Finding {
  return { about, level: 'ok', says }
}

/** The service goes on, but somebody should do as advised. */
export function warning(about: string, says: string, advice: string): Finding {
  return { about, level: 'warning', says, advice }
}

/** The service fails or the record is in danger, until somebody does as advised. */
export function wrong(about: string, says: string, advice: string): Finding {
  return { about, level: 'wrong', says, advice }
}
