/** What is kept of something as a text to compare: members by name, amounts as text. */
export function stateText(state: object): string {
  return JSON.stringify(membersOf(state), (_name, value: unknown) => {
    if (typeof value === 'bigint') return String(value)
    const isMembers = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isMembers ? membersOf(value) : value
  })
}

function membersOf(state: object): [string, unknown][] {
  return Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
