import { setTimeout as sleep } from 'node:timers/promises'
import { asking, dayOf, keyOf, SERVICE, service } from './asking.ts'
import { counted, idOf } from './book-option.ts'
import { nobodyKnows } from './client.ts'
import { type Command, type Context, command, Failure } from './command.ts'
import { progressBar } from './output.ts'

/** As the service shows one to whoever may read runs. */
interface Run {
  readonly id: string | null
  readonly through: string
  readonly status: 'running' | 'done' | 'failed'
  readonly entities: number
  readonly accounts: number
  readonly accountsLeft: number
  readonly postings: {
    readonly accruals: number
    readonly carryOvers: number
    readonly lapses: number
    readonly corrections: number
  }
  readonly amounts: { readonly [policy: string]: string }
  readonly problems: readonly {
    readonly entity: string
    readonly policy: string
    readonly code: string
    readonly detail: string
  }[]
}

/** To whoever may not. */
type Untold = Pick<Run, 'id' | 'status' | 'through'>

function isTold(run: Run | Untold): run is Run {
  return 'postings' in run
}

/** How often it is looked how far a run has come. */
const LOOK_MS = 250

/** Posts what policies earn, up to a day. */
export const run: Command = command({
  name: 'run',
  usage:
    '--book <id> --through <day> [--entities <ids>] [--policies <ids>] [--dry-run] [--idempotency-key <key>] [--url <url>]',
  summary: 'Posts everything that is due by the rules of policies, up to a day, and waits until it is done.',
  help: `
When: DAYBOOK_NIGHTLY is off; a day ahead is to be posted; or a late fact is to be corrected before the night. Whatever was
posted before is not posted again.

${SERVICE}
  --through <day>         everything that is due up to and including this day
  --entities <ids>        only of these, with commas between them
  --policies <ids>        only under these, with commas between them
  --dry-run               says what it would come to, and posts nothing
  --idempotency-key <key> the name of this one intent: the same key is the same run, however often it is sent

Exit code 1: some accounts could not be worked out. They are named, and held up nobody else.

Examples:
  daybook run --book main --through 2026-12-31
  daybook run --book main --through 2026-12-31 --entities e1,e2 --dry-run`,
  options: {
    ...service,
    through: { type: 'string' },
    entities: { type: 'string' },
    policies: { type: 'string' },
    'dry-run': { type: 'boolean' },
    'idempotency-key': { type: 'string' },
  },
  positionals: [],
  run(context, { values }) {
    const { entities, policies, 'dry-run': isTried = false } = values
    const body = {
      through: dayOf('--through', values.through),
      ...(entities === undefined ? {} : { entities: idsOf('--entities', entities) }),
      ...(policies === undefined ? {} : { policies: idsOf('--policies', policies) }),
    }
    const key = keyOf(values['idempotency-key'])
    return asking(context, { ...values, noun: 'runs' }, async ({ client, path }) => {
      const { out, signal } = context
      const asked = await client
        .post<Run | Untold>(path('') + (isTried ? '?dryRun=true' : ''), body, key)
        .catch((error: unknown) => {
          if (signal.aborted) out.note(nobodyKnows(key))
          throw error
        })
      let now = asked.body
      const began = Date.now()
      while (now.status === 'running') {
        if (isTold(now)) out.progress(drawn(now, Date.now() - began))
        await sleep(LOOK_MS, undefined, { signal })
        now = await client.get<Run>(path(now.id!))
      }
      out.done()
      out.json(now)
      if (isTold(now)) tell(context, now, isTried)
      else
        out.line(
          `${isTried ? 'Tried' : 'Posted'} through ${now.through}. What it comes to is told to keys with runs:read.`,
        )
      return now.status === 'done' && (!isTold(now) || now.problems.length === 0) ? 0 : 1
    })
  },
})

function drawn({ accounts, accountsLeft }: Run, passedMs: number): string {
  const done = accounts - accountsLeft
  const leftMs = done === 0 ? undefined : (passedMs / done) * accountsLeft
  return progressBar({ what: 'posting', done, total: accounts, leftMs })
}

function tell({ out }: Context, run: Run, isTried: boolean): void {
  const { accruals, carryOvers, lapses, corrections } = run.postings
  out.line(
    `${isTried ? 'It would post' : 'Posted'} through ${run.through}, for ${counted(run.accounts, 'account')}: ` +
      `${counted(accruals, 'accrual')}, ${counted(carryOvers, 'carry-over')}, ${counted(lapses, 'lapse')}, ` +
      `${counted(corrections, 'correction')}.`,
  )
  const amounts = Object.entries(run.amounts)
  if (amounts.length > 0) out.table(['policy', 'amount'], amounts)
  if (run.problems.length === 0) return
  const rows = run.problems.map(({ entity, policy, code, detail }) => [entity, policy, code, detail])
  out.table(['entity', 'policy', 'problem', 'because'], rows)
}

function idsOf(option: string, text: string): string[] {
  const ids = text.split(',').map((id) => idOf(option, id))
  if (ids.length === 0) throw new Failure(`${option} names nobody.`, { isUsage: true })
  return ids
}
