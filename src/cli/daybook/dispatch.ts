import { parseArgs } from 'node:util'
import { type Command, type Context, type ExitCode, Failure } from './command.ts'
import { helpOf, helpOfAll, helpOfGroup, whatItTakes } from './help.ts'
import { type Output, openOutput } from './output.ts'

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
  const list = words.length === 0 ? helpOfAll(commands) : helpOfGroup(group)
  if (wantsHelp) console.log(list)
  else console.error(list)
  return wantsHelp ? 0 : 2
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
