/** Rows of a CSV (RFC 4180), with commas or semicolons, by the names in its first line. */
export function rowsOfCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const first = text.slice(0, text.indexOf('\n') >>> 0)
  const separator = first.split(';').length > first.split(',').length ? ';' : ','
  const [names, ...rows] = cellsOf(text.replace(/^\uFEFF/, ''), separator)
  if (names === undefined) return []
  return rows
    .filter((row) => row.some((cell) => cell.trim() !== ''))
    .map((row) => Object.fromEntries(names.map((name, index) => [name.trim(), (row[index] ?? '').trim()])))
}

function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!
    if (isQuoted) {
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') cell += text[(at += 1)]!
      else isQuoted = false
    } else if (letter === '"' && cell === '') {
      isQuoted = true
    } else if (letter === separator || letter === '\n') {
      rows.at(-1)!.push(cell)
      cell = ''
      if (letter === '\n') rows.push([])
    } else if (letter !== '\r') {
      cell += letter
    }
  }
  rows.at(-1)!.push(cell)
  return rows
}
