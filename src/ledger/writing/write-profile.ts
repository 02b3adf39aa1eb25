import type { PoolClient } from 'pg'
import { run } from '../../db/statement.ts'
import type { Profile } from '../../domain/definition/facts.ts'
import { DELETE_PROFILE, WRITE_PROFILE } from './write-profile.sql.ts'

/** Writes what is known of an entity beside the record; nothing is left of a profile that says nothing. */
export async function writeProfile(tx: PoolClient, book: string, entity: string, profile: Profile): Promise<void> {
  const { name, email, personnelNumber, metadataText } = profile
  const said = [name, email, personnelNumber, metadataText] as const
  if (said.every((value) => value === null)) await run(tx, DELETE_PROFILE, [book, entity])
  else await run(tx, WRITE_PROFILE, [book, entity, ...said])
}
