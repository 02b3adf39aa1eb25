import { newestVersion } from '../domain/policy/policy.ts'
import type { RecordCommand } from '../ledger/command.ts'
import type { NoticeBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { saying } from './saying.ts'

/** Records that an entity was told that leave of a leave year will lapse, and when. */
export function giveNotice(caller: Caller, { entity, policy, year, givenOn }: NoticeBody): RecordCommand {
  return saying(caller, {
    type: 'notice-given',
    path: 'notices',
    entity,
    said: { entity, policy, year, givenOn },
    also: ({ policies }) => {
      const history = policies.get(policy)
      if (history === undefined) return { refusal: { code: 'unknown-policy', policy } }
      return { resource: newestVersion(history).resource }
    },
  })
}
