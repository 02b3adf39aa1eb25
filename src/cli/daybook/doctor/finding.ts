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

export function ok(about: string, says: string): Finding {
  return { about, level: 'ok', says }
}

export function warning(about: string, says: string, advice: string): Finding {
  return { about, level: 'warning', says, advice }
}

export function wrong(about: string, says: string, advice: string): Finding {
  return { about, level: 'wrong', says, advice }
}
