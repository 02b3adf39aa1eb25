import { clearAway } from './test-run.ts'

/*
 * Waits for a test run to end, by whatever way, and ends what it has left. Started by test-run.ts; its stdin is a pipe to
 * the run, and closes with it.
 */

const run = Number(process.argv[2])
process.stdin.resume().on('end', () => void clearAway(run).finally(() => process.exit()))
