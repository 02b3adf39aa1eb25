import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { DelegationBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Who decides about an entity's requests, and who instead of them. */
export interface DelegationOf {
  readonly entity: string
  readonly delegate: string
}

/** Has one entity decide about requests in place of another, for a period: the only one of the two that there is. */
export function defineDelegation(
  caller: Caller,
  { entity, delegate }: DelegationOf,
  { from, to }: DelegationBody,
): DefineCommand {
  const said = { entity, delegate, from, to }
  const path = `entities/${entity}/delegations/${delegate}`
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/${path} ${canonicalJson({ from, to })}`,
    reads: { delegation: { entity, delegate } },
    createsBook: false,
    decide: ({ delegation: current }, position) => {
      if (entity === delegate) return { refusal: { code: 'rule-violated', rule: 'delegate-is-another', limit: entity } }
      if (to < from) return { refusal: { code: 'rule-violated', rule: 'from-not-after-to', limit: from } }
      if (current !== undefined && current.from === from && current.to === to) {
        return { outcome: 'unchanged', position: current.position }
      }
      const version = (current?.version ?? 0) + 1
      return {
        outcome: 'define',
        type: 'delegation-defined',
        stream: `delegation:${entity}/${delegate}`,
        streamVersion: version,
        data: { ...said, version },
        definition: { kind: 'delegation', entity, delegate, facts: { from, to, version, position } },
      }
    },
    differs: (original) => definitionDiffers(original, 'delegation-defined', said),
  }
}
