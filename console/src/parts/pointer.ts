/** What JSON is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json }

/** What stands where a JSON pointer (RFC 6901) points to; undefined: nothing. */
export function valueAt(whole: Json | undefined, pointer: string): Json | undefined {
  return stepsOf(pointer).reduce<Json | undefined>((at, step) => memberOf(at, step), whole)
}

/**
 * The same with another value there. What is empty without it goes as well, but for items of lists.
 * @param value undefined: nothing any more
 */
export function withValueAt(whole: Json | undefined, pointer: string, value: Json | undefined): Json | undefined {
  const [step, ...rest] = stepsOf(pointer)
  if (step === undefined) return value
  const member = withValueAt(memberOf(whole, step), pointerOf(rest), value)
  if (Array.isArray(whole)) {
    const items = whole as readonly Json[]
    const isGone = member === undefined && rest.length === 0
    return items.toSpliced(Number(step), 1, ...(isGone ? [] : [member ?? {}]))
  }
  const members = { ...(isObject(whole) ? whole : {}), [step]: member }
  const left = Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return left.length === 0 ? undefined : Object.fromEntries(left)
}

function memberOf(whole: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(whole)) return (whole as readonly Json[])[Number(step)]
  return isObject(whole) && Object.hasOwn(whole, step) ? whole[step] : undefined
}

function isObject(value: Json | undefined): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
