import { createHash } from 'node:crypto'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { asking, dayOf, keyOf, SERVICE, service } from './asking.ts'
import { counted, idOf } from './book-option.ts'
import { type Client, nobodyKnows } from './client.ts'
import { type Command, type Context, command, type ExitCode, Failure } from './command.ts'
import { fileOf, openNewFile, unwritable } from './new-file.ts'

/** As the service shows one. */
interface Snapshot {
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
  readonly id: string
  readonly name: string | null
  readonly asOf: string
  readonly knownAt: number
  readonly count: number
  readonly digest: string
}

interface Change {
  readonly entity: string
  readonly policy: string
  readonly then: string
  readonly now: string
  readonly difference: string
  readonly transactions: readonly string[]
}

/** How a CSV is written. */
const csv = { delimiter: { type: 'string' }, decimal: { type: 'string' }, columns: { type: 'string' } } as const

/** Payroll's figures: taken once, kept for ever, byte by byte. */
export const snapshots: readonly Command[] = [
  command({
    name: 'snapshots create',
    usage:
      '--book <id> --as-of <day> [--name <text>] [--resource <id>] [--policy <id>] [--entities <ids>] [--idempotency-key <key>] [--url <url>]',
    summary: 'Takes a snapshot: all balances as of a day, as they are known now, kept for ever with their digest.',
    help: `
When: payroll closes a month. What was recorded later, and what it changed, is then told by \`daybook snapshots changes\`.
Writers are not held up.

${SERVICE}
  --as-of <day>           the end of this day
  --name <text>           what people call it
  --resource, --policy    only these
  --entities <ids>        only these, with commas between them
  --idempotency-key <key> the name of this one intent: the same key gives the same snapshot, however often it is sent. One
                          is made up unless given, and printed wherever no snapshot is answered

Examples:
  daybook snapshots create --book main --as-of 2026-03-31 --name march
  daybook snapshots create --book main --as-of 2026-03-31 --idempotency-key payroll-2026-03 --json`,
    options: {
      ...service,
      'as-of': { type: 'string' },
      name: { type: 'string' },
      resource: { type: 'string' },
      policy: { type: 'string' },
      entities: { type: 'string' },
      'idempotency-key': { type: 'string' },
    },
    positionals: [],
    run(context, { values }) {
      const { name, resource, policy, entities } = values
      const body = {
        asOf: dayOf('--as-of', values['as-of']),
        ...(name === undefined ? {} : { name }),
        ...(resource === undefined ? {} : { resource: idOf('--resource', resource) }),
        ...(policy === undefined ? {} : { policy: idOf('--policy', policy) }),
        ...(entities === undefined ? {} : { entities: entities.split(',').map((id) => idOf('--entities', id)) }),
      }
      const key = keyOf(values['idempotency-key'])
      return asking(context, { ...values, noun: 'snapshots' }, async ({ client, path }) => {
        const taken = await client.post<Snapshot>(path(''), body, key).catch((error: unknown) => {
          if (context.signal.aborted) context.out.note(nobodyKnows(key))
          throw error
        })
        context.out.json(taken.body)
        tell(context, [taken.body])
        if (taken.isReplayed) context.out.note('It was taken before, under this key.')
        return 0
      })
    },
  }),
  command({
    name: 'snapshots list',
    usage: '--book <id> [--url <url>]',
    summary: 'Which snapshots there are.',
    help: `
${SERVICE}

Examples:
  daybook snapshots list --book main`,
    options: service,
    positionals: [],
    run: (context, { values }) =>
      asking(context, { ...values, noun: 'snapshots' }, async ({ client, path }) => {
        const all: Snapshot[] = []
        for await (const page of pages<Snapshot>(client, path(''))) all.push(...page)
        context.out.json(all)
        tell(context, all)
        return 0
      }),
  }),
  command({
    name: 'snapshots show',
    usage: '--book <id> <snapshot> [--url <url>]',
    summary: 'What a snapshot is of, and its digest.',
    help: `
${SERVICE}

Examples:
  daybook snapshots show --book main 42`,
    options: service,
    positionals: ['snapshot'],
    run: (context, { values, positionals: [id] }) =>
      asking(context, { ...values, noun: 'snapshots' }, async ({ client, path }) => {
        const snapshot = await client.get<Snapshot>(path(id!))
        context.out.json(snapshot)
        tell(context, [snapshot])
        return 0
      }),
  }),
  command({
    name: 'snapshots balances',
    usage:
      '--book <id> <snapshot> [--format <ndjson | csv>] [--delimiter <c>] [--decimal <c>] [--columns <names>] [--out <file>] ' +
      '[--url <url>]',
    summary: 'Writes the balances of a snapshot, and checks them against its digest.',
    help: `
The bytes are the same for ever. The digest is the SHA-256 of all of the NDJSON: one balance a line, canonical JSON, by
entity, then policy. It is computed again from what arrives.

${SERVICE}
  --format <name>  ndjson, unless given; csv has a heading, and no digest to be checked against
  --delimiter <c>  of csv: , or ; or tab between two fields; a comma unless given, a semicolon where the decimals have a comma
  --decimal <c>    of csv: . or , before the decimals; a point unless given
  --columns <names>  of csv: which, in this order, with commas between them; personnelNumber and email are there, too
  --out <file>     there when it is whole, and not before. Unless given: stdout, which is then the balances and nothing
                   else; so --json, for what was written, needs --out

Exit code 1: what arrived does not have the digest. A file is not kept then.

Examples:
  daybook snapshots balances --book main 42 --out 2026-03.ndjson
  daybook snapshots balances --book main 42 --format csv > 2026-03.csv
  daybook snapshots balances --book main 42 --format csv --decimal , --columns personnelNumber,policy,available > 2026-03.csv`,
    options: { ...service, format: { type: 'string' }, ...csv, out: { type: 'string' } },
    positionals: ['snapshot'],
    run(context, { values, positionals: [id] }) {
      const { format = 'ndjson' } = values
      if (format !== 'ndjson' && format !== 'csv') {
        throw new Failure(`--format is ndjson or csv, not ${JSON.stringify(format)}.`, { isUsage: true })
      }
      const query = csvQueryOf(format, values)
      const file = fileOf(values.out, { out: context.out, what: 'the balances themselves' })
      return asking(context, { ...values, noun: 'snapshots' }, ({ client, path }) =>
        writeBalances(context, client, { path: path(id!), format, query, file }),
      )
    },
  }),
  command({
    name: 'snapshots changes',
    usage: '--book <id> <snapshot> [--url <url>]',
    summary:
      'What was recorded since a snapshot was taken and takes effect by its day: what payroll has to catch up on.',
    help: `
${SERVICE}

Examples:
  daybook snapshots changes --book main 42`,
    options: service,
    positionals: ['snapshot'],
    run: (context, { values, positionals: [id] }) =>
      asking(context, { ...values, noun: 'snapshots' }, async ({ client, path }) => {
        const { out } = context
        const all: Change[] = []
        for await (const page of pages<Change>(client, `${path(id!)}/changes`)) all.push(...page)
        out.json(all)
        if (all.length === 0) out.line('Nothing has changed.')
        else {
          const rows = all.map((change) => [
            change.entity,
            change.policy,
            change.then,
            change.now,
            change.difference,
            change.transactions.join(' '),
          ])
          out.table(['entity', 'policy', 'then', 'now', 'difference', 'transactions'], rows)
        }
        return 0
      }),
  }),
]

async function* pages<Item>(client: Client, path: string): AsyncGenerator<readonly Item[]> {
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '?limit=1000' : `?limit=1000&cursor=${encodeURIComponent(cursor)}`
    const page = await client.get<{ items: readonly Item[]; nextCursor?: string | null }>(path + query)
    yield page.items
    cursor = page.nextCursor ?? null
  } while (cursor !== null)
}

interface Written {
  /** Of the snapshot. */
  readonly path: string
  readonly format: 'ndjson' | 'csv'
  /** How a CSV is written, as a query. */
  readonly query: string
  readonly file: string | undefined
}

/** How a CSV is written, which the service looks at. @throws Failure where none is asked for */
function csvQueryOf(format: string, values: { readonly [Name in keyof typeof csv]?: string }): string {
  const said = Object.keys(csv).flatMap((name) => {
    const value = values[name as keyof typeof csv]
    return value === undefined ? [] : [[name, value === 'tab' ? '\t' : value] as [string, string]]
  })
  if (said.length === 0) return ''
  if (format !== 'csv') throw new Failure(`--${said[0]![0]} is of --format csv.`, { isUsage: true })
  return `?${new URLSearchParams(said).toString()}`
}

async function writeBalances(
  { out, signal }: Context,
  client: Client,
  { path, format, query, file }: Written,
): Promise<ExitCode> {
  const { digest, count } = await client.get<Snapshot>(path)
  const response = await client.stream(
    `${path}/balances${query}`,
    format === 'csv' ? 'text/csv' : 'application/x-ndjson',
  )
  const target = file === undefined ? undefined : await openNewFile(file)
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk)
      next(null, chunk)
    },
  })
  try {
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    await pipeline([body, hashing, target?.stream ?? process.stdout], { signal, end: target !== undefined })
    const arrived = hash.digest('hex')
    if (format === 'ndjson' && arrived !== digest) {
      await target?.discard()
      out.note(`What arrived has the SHA-256 ${arrived}, and not the digest ${digest}.`)
      return 1
    }
    await target?.keep()
  } catch (error) {
    await target?.discard()
    if (signal.aborted) return 130
    const failure = unwritable(error, 'balances')
    if (failure instanceof Failure) throw failure
    throw new Failure(`The balances did not arrive: ${(error as Error).message}`, { cause: error })
  }
  if (file !== undefined) {
    out.json({ file, count, digest, format })
    out.line(`${counted(count, 'balance')} in ${file}. Digest: ${digest}`)
  }
  return 0
}

function tell({ out }: Context, all: readonly Snapshot[]): void {
  const rows = all.map(({ id, name, asOf, knownAt, count, recordedAt, digest }) => {
    return [id, name, asOf, knownAt, count, recordedAt, digest]
  })
  if (rows.length === 0) out.line('There are none.')
  else out.table(['snapshot', 'name', 'as of', 'known at', 'balances', 'recorded at', 'digest'], rows)
}
