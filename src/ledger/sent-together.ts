/**
 * Waits for statements that went out in one go, all of them. Where one failed, its error is thrown, not one of those
 * behind it: they only say that something before them did.
 * @param statements in the order in which they were sent
 */
export async function sentTogether<Results extends readonly unknown[]>(
  ...statements: { readonly [Index in keyof Results]: Promise<Results[Index]> | Results[Index] }
): Promise<Results> {
  const outcomes = await Promise.allSettled(statements)
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason
    return outcome.value as unknown
  }) as unknown as Results
}
