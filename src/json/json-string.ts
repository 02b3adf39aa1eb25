const QUOTE = 34
const BACKSLASH = 92

/** @returns where the closing quote is; the end of the text where there is none */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at += 1
  }
  return text.length
}
