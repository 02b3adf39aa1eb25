import { parseArgs } from 'node:util'
import { type Command, type Context, type ExitCode, Failure } from './command.ts'
import { helpOf, helpOfAll, helpOfGroup, whatItTakes } from './help.ts'
import { type Output, openOutput } from './output.ts'

const HELP = { help: { type: 'boolean', short: 'h' } } as const
const SHARED = { json: { type: 'boolean' }, ...HELP } as const

/** Gives a command what it works with, and takes it back when it has ended. */
type Use = <T>(command: Command, out: Output, work: (context: Context) => Promise<T>) => Promise<T>

/**
 * Runs the command that the arguments name. Whatever goes wrong is said on stderr, in words where it was foreseen; with
 * `--json` also on stdout, which is never left empty then.
 */
export async function dispatch(args: readonly string[], commands: readonly Command[], use: Use): Promise<ExitCode> {
  const out = openOutput({ json: asksForJson(args) })
  try {
    const code = await run(args, commands, { use, out })
    if (code === 130) out.error({ code: 'interrupted', message: 'Broken off.' })
    return code
  } catch (thrown) {
    out.done()
    const error = isReadOnly(thrown) ? readOnly(thrown) : thrown
    if (!(error instanceof Failure)) {
      // What nobody foresaw is shown with where it happened.
      console.error(error)
      out.error({ code: 'unforeseen', message: error instanceof Error ? error.message : String(error) })
      return 2
    }
    const { message, isUsage, details } = error
    console.error(message)
    if (isUsage) console.error(`\n${whatItTakes(named(args, commands))}`)
    out.error({ code: isUsage ? 'usage' : 'failed', message, ...details })
    return 2
  }
}

/** SQLSTATE `read_only_sql_transaction`. */
const READ_ONLY = '25006'

/** Whether a server refused to write: any command that writes may meet one. */
function isReadOnly(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === READ_ONLY) return true
  }
  return false
}

function readOnly(cause: unknown): Failure {
  const message =
    'The database cannot be written to: it is a standby, or default_transaction_read_only is on. Point DATABASE_URL at the primary.'
  return new Failure(message, { cause })
}

/** Also of a command line that cannot be read. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end === -1 ? undefined : end).includes('--json')
}

async function run(
  args: readonly string[],
  commands: readonly Command[],
  { use, out }: { use: Use; out: Output },
): Promise<ExitCode> {
  const command = named(args, commands)
  if (command === undefined) return showList(args, commands, out)
  const { values, positionals } = parse(args.slice(command.name.split(' ').length), command)
  if (values['help'] === true) {
    console.log(helpOf(command))
    return 0
  }
  if (positionals.length !== command.positionals.length) {
    const wanted = command.positionals.map((name) => `<${name}>`).join(' ') || 'nothing'
    throw new Failure(`${command.name} takes ${wanted} besides its options, and got ${given(positionals)}.`, {
      isUsage: true,
    })
  }
  return use(command, out, (context) => command.run(context, { values, positionals }))
}

function given(positionals: readonly string[]): string {
  return positionals.length === 0 ? 'nothing' : positionals.join(' ')
}

/** The command with the longest name that the arguments begin with. */
function named(args: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((word, index) => args[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0]
}

function showList(args: readonly string[], commands: readonly Command[], out: Output): ExitCode {
  const words = args.filter((arg) => !arg.startsWith('-'))
  const wantsHelp = args.includes('--help') || args.includes('-h')
  const group = commands.filter(({ name }) => name.startsWith(`${words.join(' ')} `))
  if (words.length > 0 && group.length === 0) {
    throw new Failure(`There is no command ${words.join(' ')}.`, { isUsage: true })
  }
  const list = words.length === 0 ? helpOfAll(commands) : helpOfGroup(group)
  if (wantsHelp) {
    console.log(list)
    return 0
  }
  console.error(list)
  out.error({ code: 'usage', message: 'No command is given. See: daybook --help' })
  return 2
}

function parse(
  args: readonly string[],
  { options, isService }: Command,
): { values: Record<string, string | boolean>; positionals: string[] } {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options: { ...options, ...(isService ? HELP : SHARED) },
      allowPositionals: true,
      tokens: true,
    })
    refuseRepeated(tokens)
    return { values, positionals }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure((error as Error).message, { isUsage: true, cause: error })
  }
}

interface Token {
  readonly kind: string
  readonly name?: string
  readonly value?: string | undefined
}

/** Of two values one would be left out, and nobody would know which. */
function refuseRepeated(tokens: readonly Token[]): void {
  const names = tokens.flatMap(({ kind, name, value }) => (kind === 'option' && value !== undefined ? [name] : []))
  const repeated = names.find((name, index) => names.indexOf(name) < index)
  if (repeated !== undefined) throw new Failure(`--${repeated} is given more than once.`, { isUsage: true })
}
