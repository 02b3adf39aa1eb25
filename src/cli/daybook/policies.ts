import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isId } from '../../domain/id.ts'
import { bookOf, idOf } from './book-option.ts'
import { type Client, openClient, Refused } from './client.ts'
import { type Command, type Context, command, Failure } from './command.ts'

/** What a file of a policy has; `examples/policies/` has some. */
interface PolicyFile {
  readonly id: string
  /** The body of the PUT that defines it. */
  readonly policy: object
}

/** As the service shows one. */
interface Policy {
  readonly id: string
  readonly version: number
  readonly effectiveFrom: string
  readonly position: number | null
  readonly text?: string
}

/** Policies that are kept in files, so that they can be reviewed and loaded again. */
export const policies: readonly Command[] = [
  command({
    name: 'policies load',
    usage: '<file> [--book <id>] [--as <id>] [--dry-run] [--url <url>]',
    summary: 'Makes a policy of a file, or changes it to what the file says; nothing where it is so already.',
    help: `
When: a book begins, or the rules of a company change. The file is JSON: {"id": …, "policy": {…}}, the latter as the PUT of a
policy takes it (docs/reference/policy.md); members such as name, source and note are for who reads it. The folder
examples/policies has ready-made ones: countries, and plans of companies.

The same file again changes nothing; a changed one is a new version, from today on unless it says effectiveFrom.

The service is asked over HTTP, with the key in DAYBOOK_KEY (or DAYBOOK_ADMIN_KEY; without --url also the one that the
first start kept in the data folder).

  --book <id>    the book; main, unless given
  --as <id>      the policy's id there, instead of that of the file
  --dry-run      only says what it would be, and its terms in plain words
  --url <url>    where the service is; http://HOST:PORT of the environment, unless given

Examples:
  daybook policies load examples/policies/de-statutory.json
  daybook policies load examples/policies/company-monthly.json --as annual --dry-run`,
    options: {
      book: { type: 'string' },
      as: { type: 'string' },
      'dry-run': { type: 'boolean' },
      url: { type: 'string' },
    },
    positionals: ['file'],
    async run(context, { values, positionals: [path = ''] }) {
      const file = await readPolicyFile(path)
      const policy = values.as === undefined ? file.id : idOf('--as', values.as)
      const isDry = values['dry-run'] === true
      const book = bookOf({ book: values.book ?? 'main' })
      const client = await openClient(context, values)
      try {
        await load(context, client, { book, policy, body: file.policy, isDry })
        return 0
      } catch (error) {
        if (context.signal.aborted) return 130
        if (!(error instanceof Refused)) throw error
        context.out.json({ refused: error.problem })
        context.out.note(error.message)
        for (const { pointer, message } of faultsOf(error)) context.out.note(`  ${pointer} ${message}.`)
        return 1
      }
    },
  }),
]

/** Of a definition that does not fit: all of what is wrong with it. */
function faultsOf({ problem }: Refused): readonly { readonly pointer: string; readonly message: string }[] {
  return (problem as { readonly errors?: readonly { pointer: string; message: string }[] }).errors ?? []
}

interface Loading {
  readonly book: string
  readonly policy: string
  readonly body: object
  readonly isDry: boolean
}

async function load({ out }: Context, client: Client, { book, policy, body, isDry }: Loading): Promise<void> {
  const path = `/v1/books/${encodeURIComponent(book)}/policies/${encodeURIComponent(policy)}`
  const answer = await client.put<Policy>(`${path}${isDry ? '?dryRun=true' : ''}`, body, `cli-${randomUUID()}`)
  const { version, effectiveFrom, text } = answer.body
  out.json(answer.body)
  const what = `${policy} of ${book}, version ${version} from ${effectiveFrom} on`
  if (isDry) out.line(answer.body.position === null ? `It would be ${what}.` : `It is ${what}, already.`)
  else out.line(answer.isNew ? `${what}.` : `${what}: it was so already.`)
  if (text !== undefined) out.line(text)
}

/** @throws Failure where there is no such file, or it is none of a policy */
async function readPolicyFile(path: string): Promise<PolicyFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(`${path} cannot be read (${code ?? message}).`, { cause: error })
  })
  const { id, policy } = parsed(text, path)
  if (typeof id !== 'string' || !isId(id)) throw new Failure(`${path} has no "id" of a policy.`)
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
    throw new Failure(`${path} has no "policy": the body of the PUT that defines it.`)
  }
  return { id, policy }
}

function parsed(text: string, path: string): { readonly id?: unknown; readonly policy?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (error) {
    throw new Failure(`${path} is no JSON: ${(error as Error).message}`, { cause: error })
  }
}
