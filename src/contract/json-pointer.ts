/** One step of a JSON pointer (RFC 6901): to a member, or to an item of a list. */
export function stepTo(name: string | number): string {
  return typeof name === 'number' ? `/${name}` : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
