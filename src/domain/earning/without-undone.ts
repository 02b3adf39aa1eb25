import { printTransactionId } from '../transaction.ts'
import type { RecordedLine } from './movements.ts'

/**
 * Lines but for those that were reversed on their own day, and for what reverses them: together they come to nothing.
 * @param isLeftOut which originals; all, unless given
 */
export function withoutUndone<Line extends RecordedLine>(
  lines: readonly Line[],
  isLeftOut: (original: Line) => boolean = () => true,
): readonly Line[] {
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  const undone = new Set<Line>()
  for (const line of lines) {
    const original = line.reverses && originals.get(printTransactionId(line.reverses))
    if (!original || original.effectiveOn !== line.effectiveOn || !isLeftOut(original)) continue
    undone.add(original).add(line)
  }
  return undone.size === 0 ? lines : lines.filter((line) => !undone.has(line))
}
