/** A table as it is saved (RFC 4180): quantities as they are, so that programs read them as numbers. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(field).join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would compute gets an apostrophe, as those of the service do; a number does not. */
function field(value: string): string {
  const isComputed = /^[=+\-@\t\r]/.test(value) && !/^-\d+(\.\d+)?$/.test(value)
  const safe = isComputed ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
