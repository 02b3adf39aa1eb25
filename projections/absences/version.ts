/** What this code writes, and what it reads: raised with every change of the tables or of what is written to them. */
export const ABSENCES = { name: 'absences', version: 3 } as const
