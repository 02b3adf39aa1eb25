/** Where a command says what it found. Results go to stdout, and what is meant for a waiting person to stderr. */
export interface Output {
  /** Whether it is for programs. */
  readonly isJson: boolean
  /** For people. Nothing with `--json`. */
  line(text?: string): void
  /** Rows with a heading, in columns. Nothing with `--json`. */
  table(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[]): void
  /** The whole result, for programs: one JSON document. Only with `--json`. */
  json(result: unknown): void
  /** Why there is no result, for programs. Only with `--json`, and only where there is none. */
  error(error: CommandError): void
  /** How far a long work has come; drawn over itself. Only on a terminal, and not with `--json`. */
  progress(text: string): void
  /** Ends the line that shows how far it has come. */
  done(): void
  /** Something that whoever reads the result should know beside it. */
  note(text: string): void
}

/** The one document that a command which ends without a result leaves on stdout. docs/reference/cli.md mirrors it. */
export interface CommandError {
  /** `usage`: the command line is not right. `failed`: foreseen. `unforeseen`: a bug, shown in full on stderr. */
  readonly code: 'usage' | 'failed' | 'interrupted' | 'unforeseen'
  readonly message: string
}

/** The output of one command: lines for people, or one JSON value; progress is drawn on a terminal only. */
export function openOutput({ json }: { json: boolean }): Output {
  const isDrawn = !json && process.stderr.isTTY
  let drawn = false
  let isTold = false
  const clear = (): void => {
    if (drawn) process.stderr.write('\r\x1b[K')
    drawn = false
  }
  const print = (text: string): void => {
    clear()
    process.stdout.write(`${text}\n`)
  }
  return {
    isJson: json,
    line(text = '') {
      if (!json) print(text)
    },
    table(headings, rows) {
      if (!json) for (const line of columns([headings, ...rows])) print(line)
    },
    json(result) {
      if (json) print(JSON.stringify(result, null, 2))
      isTold = true
    },
    error(error) {
      if (json && !isTold) print(JSON.stringify({ error }, null, 2))
    },
    progress(text) {
      if (!isDrawn) return
      clear()
      process.stderr.write(text.slice(0, (process.stderr.columns ?? 80) - 1))
      drawn = true
    },
    done: clear,
    note(text) {
      clear()
      process.stderr.write(`${text}\n`)
    },
  }
}

/** `rebuilding  [########............]  41 %  about 12 s left` */
export function progressBar({
  what,
  done,
  total,
  leftMs,
}: {
  what: string
  done: number
  total: number
  leftMs: number | undefined
}): string {
  const width = 20
  const part = total === 0 ? 1 : done / total
  const filled = Math.round(part * width)
  const left = leftMs === undefined || part === 1 ? '' : `  about ${duration(leftMs)} left`
  const percent = `${Math.floor(part * 100)}`.padStart(3)
  return `${what.padEnd(12)} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${percent} %${left}`
}

/** In the unit that a person would use. */
export function duration(ms: number): string {
  const seconds = ms / 1_000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

function columns(rows: readonly (readonly (string | number | null)[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))))
  const widths = (texts[0] ?? []).map((_, index) => Math.max(...texts.map((row) => row[index]!.length)))
  return texts.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  )
}

/** A bar for each step of a work that began now, with how long the rest will take at the pace so far. */
export function remaining(): (step: { what: string; done: number; total: number }) => string {
  const began = performance.now()
  return (step) => {
    const { done, total } = step
    const leftMs = done === 0 ? undefined : ((performance.now() - began) / done) * (total - done)
    return progressBar({ ...step, leftMs })
  }
}
