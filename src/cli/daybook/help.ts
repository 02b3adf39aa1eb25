import type { Command } from './command.ts'

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
  --json   one JSON document on stdout instead of words; where there is no result, {"error": {…}}; not for serve
  --help   what it does and when one needs it, with examples

Results go to stdout, progress and remarks to stderr. Nothing is changed by a command line that is not right.

Exit codes: 0 done, or so it is. 1 not so, or refused. 2 could not be done or found out (the command line is not right,
the database is away). 130 broken off by Ctrl-C: what is done stays done.`

/** What there is, what to begin with, and what holds for every command. */
export function helpOfAll(commands: readonly Command[]): string {
  return `${ABOUT}\n\n${list(commands)}\n\n${START}\n\n${CONVENTIONS}`
}

/** The same of some commands. */
export function helpOfGroup(commands: readonly Command[]): string {
  return `${ABOUT}\n\n${list(commands)}\n\n${CONVENTIONS}`
}

/** What `daybook <command> --help` prints. */
export function helpOf(command: Command): string {
  return `${aboutOne(command)}\n\n${CONVENTIONS}`
}

/** What a command does, without what holds for every command. */
export function aboutOne(command: Command): string {
  return `Usage: ${usageOf(command)}\n\n${command.summary}\n\n${command.help.trim()}`
}

/** For a command line that is not right. @param command the one that was meant, where there is one */
export function whatItTakes(command: Command | undefined): string {
  if (command === undefined) return 'See: daybook --help'
  return `Usage: ${usageOf(command)}\nSee: daybook ${command.name} --help`
}

function list(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Usage: daybook <command>\n\n${lines.join('\n')}`
}

function usageOf({ name, usage }: Command): string {
  return `daybook ${name} ${usage}`.trimEnd()
}
