import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { parseSecretKeys } from '../../src/secrets/keys.ts'
import { openSeals, UnknownSecretKey } from '../../src/secrets/seals.ts'

const OLD = randomBytes(32)
const NEW = randomBytes(32)
const OF = { purpose: 'webhook', id: 'main/payroll' }

test('what is sealed opens again, as what it was sealed for and as nothing else', () => {
  const seals = openSeals([OLD])
  const sealed = seals.seal('whsec_ü', OF)
  expect(seals.open(sealed, OF)).toBe('whsec_ü')
  for (const other of [
    { purpose: 'signing-key', id: OF.id },
    { purpose: OF.purpose, id: 'main/other' },
    { purpose: 'webhook","main', id: '' },
  ]) {
    expect(() => seals.open(sealed, other)).toThrow()
  }
})

test('nothing of a secret is in what is kept, and the same secret is never the same there', () => {
  const seals = openSeals([OLD])
  const [one, other] = [seals.seal('a-secret', OF), seals.seal('a-secret', OF)]
  expect(one).not.toBe(other)
  expect(one).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/)
  expect(Buffer.from(one.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('secret')
})

test('each byte counts: what was changed does not open', () => {
  const seals = openSeals([OLD])
  const [version, keyId, hidden] = seals.seal('a-secret', OF).split('.')
  const bytes = Buffer.from(hidden!, 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    expect(() => seals.open([version, keyId, changed.toString('base64url')].join('.'), OF), `byte ${at}`).toThrow()
  }
  expect(() => seals.open([version, keyId, ''].join('.'), OF)).toThrow()
  expect(() => seals.open('', OF)).toThrow('does not know')
})

test('keys are changed by putting the new one in front, and taking the old one away once nothing needs it', () => {
  const sealed = openSeals([OLD]).seal('a-secret', OF)
  const both = openSeals([NEW, OLD])
  expect(both.open(sealed, OF)).toBe('a-secret')
  const again = both.seal('a-secret', OF)
  expect(openSeals([NEW]).open(again, OF)).toBe('a-secret')
  expect(() => openSeals([NEW]).open(sealed, OF)).toThrow(UnknownSecretKey)
  expect(() => openSeals([NEW]).open(sealed, OF)).toThrow('DAYBOOK_SECRET_KEY')
})

test('keys are 32 bytes as base64url or hex, one or several', () => {
  const both = `${OLD.toString('base64url')}, ${NEW.toString('hex').toUpperCase()}`
  expect(parseSecretKeys(both)).toEqual([OLD, NEW])
  expect(parseSecretKeys(OLD.toString('base64url'))).toEqual([OLD])
  for (const text of ['', ' ', 'secret', OLD.toString('hex').slice(2), `${OLD.toString('hex')},x`, '!'.repeat(43)]) {
    expect(parseSecretKeys(text), text).toBeUndefined()
  }
})
