import { command } from './command.ts'

export const serve = command({
  name: 'serve',
  usage: '',
  summary: 'Serves the ledger over HTTP: what `npm start` does.',
  help: `
Without DATABASE_URL it starts a PostgreSQL of its own in DAYBOOK_DATA_DIR, makes a key, and prints how to make the first
call. It listens on HOST and PORT, waits for its database, migrates it, and makes the book main. Everything is set by
environment variables, which docs/reference/configuration.md lists.

SIGTERM and Ctrl-C: it takes no new requests, finishes those in flight, and ends with 0; with 1 where that takes too long,
and where it cannot start, with why on stderr.

Examples:
  daybook serve
  PORT=8080 DATABASE_URL=postgres://… DAYBOOK_ADMIN_KEY=… daybook serve`,
  options: {},
  positionals: [],
  isService: true,
  async run() {
    await import('../../main.ts')
    return 0
  },
})
