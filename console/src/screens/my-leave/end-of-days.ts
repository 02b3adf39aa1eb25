/** Of what follows one another, what each day ends with: between a cut and what is earned on one day nobody looks. */
export function endOfDays<Item extends { readonly on: string }>(items: readonly Item[]): readonly Item[] {
  return items.filter(({ on }, at) => items[at + 1]?.on !== on)
}
