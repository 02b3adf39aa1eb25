import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circlesIn } from './support/circles.ts'
import { type Import, importsBelow, importsOf } from './support/imports.ts'

// Who may import whom. Facts flow one way: the record is written by one part, and read by others that never write it.

/** A part of the code base: a folder, or a file. What a part may import besides itself; `type` alone where it says so. */
const parts: Record<string, { mayImport: string[]; mayImportTypesOf?: string[] }> = {
  // Requests draw on accounts, and so does whatever else takes from them: drawing knows nothing of requests.
  'src/domain/drawing/': {
    mayImport: ['account/', 'policy/', 'recording/', '[a-z-]+.ts'].map((part) => `src/domain/${part}`),
  },
  'src/domain/': { mayImport: [] },
  'src/db/': { mayImport: ['src/domain/'] },
  // What may be said and what is answered, whatever it travels by.
  'src/contract/': { mayImport: ['src/domain/'], mayImportTypesOf: ['src/commands/'] },
  // Public holidays: a library's tables, and what the law says otherwise.
  'src/holidays/': { mayImport: ['src/domain/'] },
  'src/ledger/': { mayImport: ['src/domain/', 'src/db/', 'src/world-clock.ts'] },
  'src/commands/': { mayImport: ['src/domain/', 'src/ledger/'] },
  // Who may do what, and who somebody is: the former is pure.
  'src/access/': { mayImport: ['src/domain/'] },
  'src/identity/': {
    mayImport: [
      'src/domain/',
      'src/db/',
      'src/access/',
      'src/json/',
      // Login servers are called for their keys.
      'src/outgoing/',
      'src/ledger/read/cursor.ts',
      // What an edge says when there is no room.
      'src/ledger/unavailable.ts',
      // The secret of a client is in a file that the setting names.
      'src/secret-files.ts',
    ],
    mayImportTypesOf: ['src/secrets/'],
  },
  // What happened beside the record, and both in one order.
  'src/audit/': {
    mayImport: ['src/domain/', 'src/db/', 'src/ledger/read/', 'src/ledger/rows/', 'src/world-clock.ts'],
    mayImportTypesOf: ['src/access/'],
  },
  // Calls to addresses that others name: it knows nothing of what is called for.
  'src/outgoing/': { mayImport: [] },
  // JSON that can be read in one way only, whoever sent it.
  'src/json/': { mayImport: ['src/contract/json-pointer.ts'] },
  // What is kept so that only the service reads it again.
  'src/secrets/': { mayImport: [] },
  // Reads events back into commands, by the schemas that commands are checked by, and writes them as the ledger does.
  'src/importing/': { mayImport: ['src/domain/', 'src/db/', 'src/ledger/', 'src/commands/', 'src/contract/'] },
  // Whoever walks behind the record with a checkpoint stands on it; it knows none of them.
  'src/following/': { mayImport: ['src/domain/', 'src/db/', 'src/ledger/read/'] },
  'src/projecting/': {
    mayImport: ['src/domain/', 'src/db/', 'src/ledger/', 'src/following/', 'src/world-clock.ts'],
  },
  // One read model, such as projections/balances/.
  'projections/*/': {
    mayImport: [
      'src/domain/',
      'src/db/',
      // What its queries have in common with those of the record: lists, cursors, how a balance is shown.
      'src/ledger/read/',
      'src/ledger/policies.ts',
      'src/ledger/failure.ts',
      // An account's row; how many rows travel as one text.
      'src/ledger/rows/',
      // Which build to read, and how far it has come.
      'src/projecting/active-build.ts',
      'src/projecting/read-caught-up.ts',
      'src/world-clock.ts',
    ],
    mayImportTypesOf: ['src/projecting/'],
  },
  // What is kept of calendar feeds, and what is read by their addresses.
  'src/feeds/': {
    mayImport: ['src/domain/', 'src/db/', 'src/ledger/read/'],
    mayImportTypesOf: ['projections/*/query.ts'],
  },
  // Sends what stands in the record to addresses that others name.
  'src/webhooks/': {
    mayImport: [
      'src/domain/',
      'src/db/',
      'src/following/',
      'src/ledger/read/',
      'src/ledger/rows/event-text.ts',
      'src/outgoing/',
      'src/secrets/',
    ],
  },
  // What policies post by their rules: worked out from the record, and given to the ledger as commands.
  'src/earning/': {
    mayImport: [
      'src/world-clock.ts',
      'src/domain/',
      'src/db/',
      'src/commands/',
      'src/ledger/read/',
      'src/ledger/rows/',
      'src/ledger/policies.ts',
      'src/ledger/command.ts',
      'src/ledger/verdict.ts',
    ],
    mayImportTypesOf: ['src/ledger/ledger.ts'],
  },
  'projections/registry.ts': { mayImport: ['projections/'], mayImportTypesOf: ['src/projecting/'] },
  // Composes what its commands are given, as service/serve.ts does for the service.
  'src/cli/daybook': { mayImport: ['src/', 'projections/'] },
  // Prints the document that the edge describes itself with.
  'src/cli/openapi.ts': { mayImport: ['src/http/document/openapi-text.ts'] },
  ...Object.fromEntries(
    ['src/jobs/', 'src/http/', 'src/cli/'].map((edge) => [
      edge,
      {
        mayImport: [
          'src/domain/',
          'src/commands/',
          'src/contract/',
          'src/feeds/',
          ...(edge === 'src/http/' ? ['src/access/', 'src/audit/', 'src/identity/', 'src/json/'] : []),
          ...(edge === 'src/jobs/' ? ['src/audit/prune.ts'] : []),
          ...(edge === 'src/http/' ? ['src/webhooks/'] : []),
          'src/earning/',
          'src/holidays/',
          // What a command is, and what became of it: the form in which an edge hands one over.
          'src/ledger/command.ts',
          'src/ledger/definition.ts',
          'src/ledger/verdict.ts',
          'src/ledger/unavailable.ts',
          // What the failure of a statement means for whoever asked.
          'src/ledger/failure.ts',
          'src/ledger/read/',
          // What would become of commands; records nothing.
          ...(edge === 'src/http/' ? ['src/ledger/foreseeing/'] : []),
          // What an address is, and which of them a range has.
          ...(edge === 'src/http/' ? ['src/outgoing/ranges.ts'] : []),
          // What a setting says of the callers that an edge limits.
          ...(edge === 'src/http/' ? ['src/rate-limits.ts'] : []),
          'src/ledger/verify/',
          'src/projecting/',
          'projections/*/query.ts',
          'src/config.ts',
          // What day it is.
          'src/world-clock.ts',
          // Late facts walk behind the record, and write no more than how far they are. The queues are made on a
          // connection of their own.
          ...(edge === 'src/jobs/' ? ['src/following/', 'src/db/statement.ts', 'src/db/pool.ts'] : []),
        ],
        // The ledger itself is handed in by whoever composes the service.
        mayImportTypesOf: ['src/ledger/ledger.ts'],
      },
    ]),
  ),
  // A user of the API like any other: it knows the client, and nothing of the service.
  'console/': { mayImport: ['clients/typescript/'] },
  'src/config.ts': {
    mayImport: [
      'unknown-names.ts',
      'world-clock.ts',
      'secret-files.ts',
      'secrets/keys.ts',
      'outgoing/ranges.ts',
      'rate-limits.ts',
      'identity/issuers/issuer.ts',
      'identity/issuers/setting.ts',
    ].map((file) => `src/${file}`),
  },
  'src/rate-limits.ts': { mayImport: [] },
  'src/unknown-names.ts': { mayImport: [] },
  'src/world-clock.ts': { mayImport: [] },
  'src/secret-files.ts': { mayImport: [] },
  // The pieces of the service, and serve.ts, which composes them.
  'src/service/': { mayImport: ['src/', 'projections/'] },
  'src/main.ts': { mayImport: ['src/', 'projections/'] },
}

/** Packages are named where they may be imported; a part that is not listed may import any. */
const packages: Record<string, string[]> = {
  // No clock, no database, no environment: not even Node's own modules.
  'src/domain/': [],
  // No transport: what it says is said in schemas.
  'src/contract/': ['typebox', 'typebox/compile', 'typebox/value'],
  'src/config.ts': [],
  'src/secrets/': ['node:crypto'],
  'src/outgoing/': ['ipaddr.js', 'undici', 'node:dns', 'node:net'],
}

describe('who may import whom', async () => {
  const imports = (await Promise.all(['src', 'projections', 'console/src'].map(importsBelow))).flat()

  test('there is something to check', () => {
    expect(imports.length).toBeGreaterThan(10)
  })

  test('no arrow but those of the table', () => {
    expect(imports.map(objection).filter((found) => found !== undefined)).toEqual([])
  })

  test('what writes the record is imported by the ledger itself, and by an import', () => {
    const others = imports.filter(
      ({ file, target }) => target?.startsWith('src/ledger/writing/') && !/^src\/(ledger|importing)\//.test(file),
    )
    expect(others).toEqual([])
  })
})

describe('no circles', async () => {
  // A type is imported as well as a value: whoever reads one of two files that need each other has to read both.
  const imports = (
    await Promise.all(
      ['src', 'projections', 'bench', 'test/support', 'console/src', 'clients/typescript/src'].map(importsBelow),
    )
  ).flat()

  test('what a file imports does not import it, by whatever way', () => {
    const circles = circlesIn(
      imports.flatMap(({ file, target }) => (target === undefined ? [] : [[file, target] as const])),
    )
    expect(circles).toEqual([])
  })
})

describe('the check itself', () => {
  const cases: [file: string, statement: string, allowed: boolean][] = [
    ['src/domain/account/account.ts', `import { Decimal } from 'decimal.js'`, false],
    ['src/domain/account/account.ts', `import { other } from '../quantity.ts'`, true],
    ['src/domain/account/account.ts', `import { hash } from 'node:crypto'`, false],
    ['src/domain/account/account.ts', `import type { Pool } from 'pg'`, false],
    ['src/domain/account/account.ts', `import { openPool } from '../../db/pool.ts'`, false],
    ['src/domain/drawing/draw.ts', `import type { Refused } from '../refusal.ts'`, true],
    ['src/domain/drawing/draw.ts', `import { termsOn } from '../request/terms-in-force.ts'`, false],
    ['src/db/pool.ts', `import { Pool } from 'pg'`, true],
    ['src/db/pool.ts', `export { record } from '../ledger/writing/writer.ts'`, false],
    ['src/ledger/writing/writer.ts', `import {\n  openPool,\n} from '../../db/pool.ts'`, true],
    ['src/contract/problem.ts', `import type { FastifyReply } from 'fastify'`, false],
    ['src/contract/schemas/books.ts', `import type { Body } from '../../commands/bodies.ts'`, true],
    ['src/contract/schemas/books.ts', `import { body } from '../../commands/bodies.ts'`, false],
    ['console/src/app/router.tsx', `import { Quantity } from '../../../src/domain/quantity.ts'`, false],
    ['console/src/api/client.ts', `import { open } from '../../../clients/typescript/src/index.ts'`, true],
    ['src/commands/accrue.ts', `import { openPool } from '../db/pool.ts'`, false],
    ['src/http/routes/balances.ts', `import { readBalances } from '../../ledger/read/balances.ts'`, true],
    ['src/http/routes/balances.ts', `import { verify } from '../../ledger/verify/verify.ts'`, true],
    ['src/http/routes/balances.ts', `import { record } from '../../ledger/writing/writer.ts'`, false],
    ['src/http/backend.ts', `import type { Ledger } from '../ledger/ledger.ts'`, true],
    ['src/http/backend.ts', `import { openLedger } from '../ledger/open-ledger.ts'`, false],
    ['src/http/routes/balances.ts', `import '../../main.ts'`, false],
    ['src/http/routes/requests.ts', `import { requests } from '../../../projections/requests/query.ts'`, true],
    ['src/http/routes/requests.ts', `import { requests } from '../../../projections/requests/project.ts'`, false],
    ['projections/requests/project.ts', `import { fold } from './fold.ts'`, true],
    ['projections/requests/project.ts', `import type { Projection } from '../../src/projecting/projection.ts'`, true],
    ['projections/requests/project.ts', `import { run } from '../../src/projecting/run.ts'`, false],
    ['projections/requests/project.ts', `import { fold } from '../balances/fold.ts'`, false],
    ['projections/registry.ts', `import { requests } from './requests/project.ts'`, true],
    ['src/main.ts', `const { start } = await import('./http/server.ts')`, true],
    ['src/ledger/writing/writer.ts', `const { start } = await import('../../http/server.ts')`, false],
    ['src/utilities.ts', `import { Pool } from 'pg'`, false],
  ]
  test.each(cases)('%s: %s', (file, statement, allowed) => {
    const objections = importsOf(file, statement).map(objection)
    expect(objections).toHaveLength(1)
    expect(objections[0] === undefined).toBe(allowed)
  })

  test('a circle is named once, from its first file on; what two import alike is none', () => {
    expect(
      circlesIn([
        ['c', 'a'],
        ['a', 'b'],
        ['b', 'c'],
        ['b', 'd'],
        ['d', 'e'],
      ]),
    ).toEqual(['a → b → c → a'])
    expect(
      circlesIn([
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ]),
    ).toEqual([])
  })
})

/** @returns what is wrong with an import; undefined when nothing is */
function objection({ file, specifier, target, typeOnly }: Import): string | undefined {
  const part = Object.keys(parts).find((pattern) => matches(file, pattern))
  const rules = part === undefined ? undefined : parts[part]
  if (part === undefined || rules === undefined) return `${file} belongs to no part: give it a place in this test`
  if (target === undefined) {
    const allowed = packages[part]
    return allowed === undefined || allowed.includes(specifier) ? undefined : `${file} imports ${specifier}`
  }
  const own = posix.join(...file.split('/').slice(0, part.split('/').length - 1), '/')
  const allowed = [
    ...(part.endsWith('/') ? [own] : []),
    ...rules.mayImport,
    ...(typeOnly ? (rules.mayImportTypesOf ?? []) : []),
  ]
  return allowed.some((pattern) => matches(target, pattern)) ? undefined : `${file} imports ${target}`
}

/** Whether a path begins with a pattern, in which `*` stands for one name. */
function matches(path: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((text) => text.replaceAll('.', '\\.'))
    .join('[^/]+')
  return new RegExp(`^${expression}`).test(path)
}
