import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { failureKind, sqlState } from '../../src/ledger/failure.ts'

// Whether a caller is told to try again (503) or that something is broken (500) hangs on telling these apart.

function serverError(code: string): Error {
  return Object.assign(new DatabaseError('said by the server', 1, 'error'), { code, severity: 'ERROR' })
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, errno: -1, syscall })
}

describe('away: the same may work in a moment', () => {
  test.each([
    ['08006', 'connection failure'],
    ['53100', 'disk full'],
    ['53300', 'too many connections'],
    ['57P01', 'terminated by an administrator'],
    ['57P03', 'starting up'],
    ['57014', 'statement timeout'],
    ['55P03', 'lock timeout'],
    ['25P03', 'idle in transaction for too long'],
    ['25006', 'read-only: failing over'],
    ['40P01', 'deadlock'],
    ['58030', 'input or output error'],
  ])('%s %s', (code) => {
    expect(failureKind(serverError(code))).toBe('away')
  })

  test.each([
    ['ECONNREFUSED', 'connect'],
    ['ECONNRESET', 'read'],
    ['EPIPE', 'write'],
    ['ENOENT', 'connect'],
    ['ETIMEDOUT', 'read'],
  ])('%s, which is no state of the server', (code, syscall) => {
    expect(sqlState(systemError(code, syscall))).toBeUndefined()
    expect(failureKind(systemError(code, syscall))).toBe('away')
  })

  test.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('the driver says: %s', (message) => {
    expect(failureKind(new Error(message))).toBe('away')
  })

  test('every address of a host refuses', () => {
    const errors = ['127.0.0.1', '::1'].map(() => systemError('ECONNREFUSED', 'connect'))
    expect(failureKind(new AggregateError(errors))).toBe('away')
  })
})

describe('refused: a bug, or somebody else’s write', () => {
  test.each([
    ['23505', 'unique violation'],
    ['23514', 'check violation'],
    ['23503', 'foreign key violation'],
    ['42501', 'insufficient privilege'],
    ['22P02', 'text that does not parse'],
    ['25P02', 'an earlier statement of the transaction failed'],
    ['XX000', 'internal error'],
  ])('%s %s', (code) => {
    expect(failureKind(serverError(code))).toBe('refused')
  })

  test('what the service itself throws', () => {
    expect(failureKind(new TypeError('x is not a function'))).toBe('refused')
    expect(failureKind('no error at all')).toBe('refused')
  })
})
