/** Of what an address says behind its `?`, the texts of these names; what looks like a number was read as one. */
export function textsIn<Name extends string>(
  search: Readonly<Record<string, unknown>>,
  ...names: readonly Name[]
): { readonly [One in Name]?: string } {
  const found: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const value = search[name]
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text === 'string' && text !== '') found[name] = text
  }
  return found
}
