/** What this code writes, and what it reads: raised with every change of the tables or of what is written to them. */
export const STATS = { name: 'stats', version: 2 } as const
