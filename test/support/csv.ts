/**
 * The fields of a CSV, record by record, as RFC 4180 says to read it; by itself, so that what is written is judged by
 * somebody else than its writer.
 * @throws Error where the text is none
 */
export function fieldsOf(text: string, delimiter: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  for (let at = 0; at < text.length; ) {
    const { field, end } = text[at] === '"' ? quotedAt(text, at) : plainAt(text, at, delimiter)
    record.push(field)
    const isLast = text.startsWith('\r\n', end)
    if (!isLast && text[end] !== delimiter) throw new Error(`no field ends at ${end} of ${JSON.stringify(text)}`)
    at = end + (isLast ? 2 : 1)
    if (!isLast) continue
    records.push(record)
    record = []
  }
  if (record.length > 0) throw new Error('the last record has no end')
  return records
}

function quotedAt(text: string, start: number): { field: string; end: number } {
  let field = ''
  for (let at = start + 1; ; at++) {
    if (at >= text.length) throw new Error('a quotation mark is not closed')
    if (text[at] !== '"') field += text[at]
    else if (text[at + 1] === '"') field += text[at++]
    else return { field, end: at + 1 }
  }
}

function plainAt(text: string, start: number, delimiter: string): { field: string; end: number } {
  let end = start
  while (end < text.length && text[end] !== delimiter && !text.startsWith('\r\n', end)) end++
  const field = text.slice(start, end)
  if (/["\r\n]/.test(field)) throw new Error(`a field has to be quoted: ${JSON.stringify(field)}`)
  return { field, end }
}
