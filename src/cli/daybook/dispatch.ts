import { parseArgs } from 'node:util'
import { type Command, type Context, type ExitCode, Failure } from './command.ts'
import { type Output, openOutput } from './output.ts'

const ABOUT = `daybook: an append-only ledger of leave days and other balances, from the command line.

The database is that of DATABASE_URL, else the embedded one in DAYBOOK_DATA_DIR (./.daybook), running or not.`

const START = `To begin with:
  daybook serve                                       a ledger on http://127.0.0.1:3000, with a database of its own
  daybook doctor                                      is everything as it should be, and if not, what to do
  daybook verify --book main                          does the history of a book fit together, hash by hash, sum by sum
  daybook replay --book main --as-of 2026-12-31       the balances, added up anew from the events alone
  daybook export --book main --out main.ndjson        the whole history, to be kept, or checked by somebody else
  daybook <command> --help                            what a command does, when one needs it, and examples`

const CONVENTIONS = `Every command:
  --json   one JSON document on stdout instead of words
  --help   what it does and when one needs it, with examples

Results go to stdout, progress and remarks to stderr. Nothing is changed by a command line that is not right.

Exit codes: 0 done, or so it is. 1 not so, or refused. 2 could not be done or found out (the command line is not right,
the database is away). 130 broken off by Ctrl-C: what is done stays done.`

const SHARED = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** Gives a command what it works with, and takes it back when it has ended. */
type Use = <T>(command: Command, out: Output, work: (context: Context) => Promise<T>) => Promise<T>

/** Runs the command that the arguments name. Whatever goes wrong is said on stderr, in words where it was foreseen. */
export async function dispatch(args: readonly string[], commands: readonly Command[], use: Use): Promise<ExitCode> {
  try {
    return await run(args, commands, use)
  } catch (error) {
    if (!(error instanceof Failure)) {
      // What nobody foresaw is shown with where it happened.
      console.error(error)
      return 2
    }
    console.error(error.message)
    if (error.isUsage) console.error(`\n${whatItTakes(named(args, commands))}`)
    return 2
  }
}

async function run(args: readonly string[], commands: readonly Command[], use: Use): Promise<ExitCode> {
  const command = named(args, commands)
  if (command === undefined) return showList(args, commands)
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
  const out = openOutput({ json: values['json'] === true })
  return use(command, out, (context) => command.run(context, { values, positionals }))
}

function given(positionals: readonly string[]): string {
  return positionals.length === 0 ? 'nothing' : positionals.join(' ')
}

function whatItTakes(command: Command | undefined): string {
  if (command === undefined) return 'See: daybook --help'
  return `Usage: ${usageOf(command)}\nSee: daybook ${command.name} --help`
}

function usageOf({ name, usage }: Command): string {
  return `daybook ${name} ${usage}`.trimEnd()
}

/** The command with the longest name that the arguments begin with. */
function named(args: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ name }) => name.split(' ').every((word, index) => args[index] === word))
    .toSorted((a, b) => b.name.length - a.name.length)[0]
}

function showList(args: readonly string[], commands: readonly Command[]): ExitCode {
  const words = args.filter((arg) => !arg.startsWith('-'))
  const wantsHelp = args.includes('--help') || args.includes('-h')
  const group = commands.filter(({ name }) => name.startsWith(`${words.join(' ')} `))
  if (words.length > 0 && group.length === 0) {
    throw new Failure(`There is no command ${words.join(' ')}.`, { isUsage: true })
  }
  const shown = words.length === 0 ? commands : group
  const width = Math.max(...shown.map(({ name }) => name.length))
  const lines = shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  const start = words.length === 0 ? `${START}\n\n` : ''
  const list = `${ABOUT}\n\nUsage: daybook <command>\n\n${lines.join('\n')}\n\n${start}${CONVENTIONS}`
  if (wantsHelp) console.log(list)
  else console.error(list)
  return wantsHelp ? 0 : 2
}

function helpOf(command: Command): string {
  return `Usage: ${usageOf(command)}\n\n${command.summary}\n\n${command.help.trim()}\n\n${CONVENTIONS}`
}

function parse(
  args: readonly string[],
  { options }: Command,
): { values: Record<string, string | boolean>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, ...SHARED },
      allowPositionals: true,
    })
    return { values, positionals }
  } catch (error) {
    throw new Failure((error as Error).message, { isUsage: true, cause: error })
  }
}
