/** Whether a text has a mail address in it, as far as anybody can tell by looking. */
export function looksLikeMail(text: string): boolean {
  // Most ids have no @, and this is asked about every line that is recorded.
  return text.includes('@') && /[^\s@]@[A-Za-z0-9-]+\.[A-Za-z0-9]/.test(text)
}
