/**
 * The instant that a parameter says, to the millisecond; of something between two of them the one before.
 * @param text of the form of RFC 3339, as its schema lets through
 * @returns undefined where there is no such instant
 */
export function instantIn(text: string): string | undefined {
  const instant = new Date(text)
  // 30 February has the form, and JavaScript moves it to March.
  const day = Number(text.slice(8, 10))
  const monthEnd = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return Number.isNaN(instant.getTime()) || day > monthEnd ? undefined : instant.toISOString()
}
