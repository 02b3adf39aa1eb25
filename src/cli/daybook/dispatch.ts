import { parseArgs } from 'node:util'
import { type Command, type Context, type ExitCode, Failure } from './command.ts'
import { type Output, openOutput } from './output.ts'

const ABOUT = `daybook: an append-only ledger of leave days and other balances, from the command line.

The database is that of DATABASE_URL, else the embedded one in DAYBOOK_DATA_DIR (./.daybook), running or not.`

const CONVENTIONS = `Every command:
  --json   one JSON document on stdout instead of words
  --help   what it does and when one needs it, with examples

Exit codes: 0 done, or so it is. 1 not so, or refused. 2 could not be done or found out (the command line is not right,
the database is away). 130 broken off by Ctrl-C: what is done stays done.`

const SHARED = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

/** Runs the command that the arguments name. Whatever goes wrong is said on stderr, in words where it was foreseen. */
export async function dispatch(
  args: readonly string[],
  commands: readonly Command[],
  use: <T>(out: Output, work: (context: Context) => Promise<T>) => Promise<T>,
): Promise<ExitCode> {
  try {
    return await run(args, commands, use)
  } catch (error) {
    if (!(error instanceof Failure)) {
      // What nobody foresaw is shown with where it happened.
      console.error(error)
      return 2
    }
    console.error(error.message)
    if (error.isUsage) console.error('\nSee: daybook --help')
    return 2
  }
}

async function run(
  args: readonly string[],
  commands: readonly Command[],
  use: <T>(out: Output, work: (context: Context) => Promise<T>) => Promise<T>,
): Promise<ExitCode> {
  const command = named(args, commands)
  if (command === undefined) return showList(args, commands)
  const { values, positionals } = parse(args.slice(command.name.split(' ').length), command)
  if (values['help'] === true) {
    console.log(helpOf(command))
    return 0
  }
  if (positionals.length !== command.positionals.length) {
    throw new Failure(`Usage: daybook ${command.name} ${command.usage}`, { isUsage: true })
  }
  const out = openOutput({ json: values['json'] === true })
  return use(out, (context) => command.run(context, { values, positionals }))
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
  const list = `${ABOUT}\n\nUsage: daybook <command>\n\n${lines.join('\n')}\n\n${CONVENTIONS}`
  if (wantsHelp) console.log(list)
  else console.error(list)
  return wantsHelp ? 0 : 2
}

function helpOf({ name, usage, summary, help }: Command): string {
  return `Usage: daybook ${name} ${usage}\n\n${summary}\n\n${help.trim()}\n\n${CONVENTIONS}`
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
