import type { PostingRule } from '../earning/posting.ts'

/** How balances say what rules take: as lapsed, which cuts by carry-overs and caps are as well, or as paid out. */
export const TAKEN_AS: Readonly<Partial<Record<PostingRule, 'lapsed' | 'encashed'>>> = {
  lapse: 'lapsed',
  'carry-over': 'lapsed',
  cap: 'lapsed',
  encashment: 'encashed',
  settlement: 'encashed',
}

/** Rules that take away what was earned, or pay it out. */
export const TAKING_RULES: readonly string[] = Object.keys(TAKEN_AS)
