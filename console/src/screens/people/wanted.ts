import { textsIn } from '../../parts/address.ts'

/** Which people are looked for, as it stands in the address. */
export interface Wanted {
  readonly q?: string
  readonly department?: string
  readonly manager?: string
  /** `now`, `left` or `all`; left out: `now`. */
  readonly employed?: string
}

export function wantedOf(search: Readonly<Record<string, unknown>>): Wanted {
  return textsIn(search, 'q', 'department', 'manager', 'employed')
}
