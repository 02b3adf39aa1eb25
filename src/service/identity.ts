import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Identity } from '../http/backend.ts'
import { SignIns } from '../identity/issuers/sign-in.ts'
import { KeyCheck } from '../identity/key-check.ts'
import { Passwords } from '../identity/passwords.ts'
import { Sessions } from '../identity/sessions.ts'
import { WrongPasswords } from '../identity/wrong-passwords.ts'
import type { Seals } from '../secrets/seals.ts'
import { openTokens } from './tokens.ts'

interface Sources {
  readonly write: Pool
  readonly primary: Pool
  /** What secrets are kept with; undefined: none are. */
  readonly seals: Seals | undefined
  readonly logger: Logger
  readonly onError: (error: Error) => void
}

/** Whoever tells who calls. */
export function openIdentity(config: Config, { write, primary, seals, logger, onError }: Sources): Identity {
  const tokens = openTokens(config, primary, logger)
  const issuers = config.issuers.map(({ issuer }) => issuer)
  const sessions = new Sessions(write, seals, onError, { issuers, passwords: config.passwords === 'on' })
  return {
    db: write,
    keys: new KeyCheck(write, onError),
    sessions,
    signIns: new SignIns(tokens.servers, { db: write, sessions }),
    passwords: new Passwords(),
    wrongPasswords: new WrongPasswords(),
    tokens,
  }
}
