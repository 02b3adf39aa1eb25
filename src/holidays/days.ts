/** The date so many days later; earlier where `days` is negative. Dates are `YYYY-MM-DD`. */
export function laterDay(date: string, days: number): string {
  const instant = new Date(`${date}T00:00:00Z`)
  instant.setUTCDate(instant.getUTCDate() + days)
  return instant.toISOString().slice(0, 10)
}
