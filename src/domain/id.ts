/** Ids chosen by callers. */
export const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$'

const ID = new RegExp(ID_PATTERN)

export function isId(text: string): boolean {
  return ID.test(text)
}
