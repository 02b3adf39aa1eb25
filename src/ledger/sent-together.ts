/**
 * Waits for statements that went out in one go: for all of them. Where some failed, the first one's error is thrown; those
 * behind it only say that something before them failed.
 * @param statements in the order in which they were sent
 */
export async function sentTogether<Statements extends readonly unknown[]>(
  ...statements: Statements
): Promise<{ -readonly [Index in keyof Statements]: Awaited<Statements[Index]> }> {
  // That all have ended is what makes `Promise.all` find the first in their order, not in that of its callbacks.
  await Promise.allSettled(statements)
  return Promise.all(statements)
}
