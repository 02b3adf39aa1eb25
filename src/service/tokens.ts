import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { IssuerTokens } from '../identity/issuers/tokens.ts'

/** Tokens of the login servers of the configuration. @param db may read entities, and is not a moment old */
export function openTokens({ issuers }: Pick<Config, 'issuers'>, db: Pool, logger: Logger): IssuerTokens {
  return new IssuerTokens(issuers, {
    db,
    onTrouble: (issuer, why) => logger.warn({ issuer, why }, 'the keys of a login server cannot be fetched'),
    // Whoever likes sends tokens that are not taken: not worth a line unless somebody looks for one.
    onRefused: (why) => logger.debug({ why }, 'a token is not taken'),
    onError: (error) => logger.warn({ err: error }, 'who has a token cannot be looked up'),
  })
}
