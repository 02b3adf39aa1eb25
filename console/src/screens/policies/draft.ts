import type { Schema } from '@daybook/client'
import type { Json } from '../../parts/pointer.ts'
import { today } from '../../parts/today.ts'

/** A policy as it can be said again, from today on: what is not said of it is left out. */
export function draftOf(policy: Schema<'Policy'>): Json {
  const {
    id: _id,
    version: _version,
    text: _text,
    position: _position,
    recordedAt: _at,
    hash: _hash,
    ...terms
  } = policy
  // No limit is said by null; anywhere else that says nothing.
  const said = Object.entries(terms).filter(([name, value]) => value !== null || name === 'overdraftLimit')
  return { ...Object.fromEntries(said), effectiveFrom: today() }
}

/** What the service makes of a draft: it says what is wrong with it, and where. */
export function definitionIn(draft: Json | undefined): Schema<'PolicyDefinition'> {
  return draft as Schema<'PolicyDefinition'>
}
