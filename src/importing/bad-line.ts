/** A line of an export that is not what a book would have recorded there. Nothing of the file is in the record then. */
export class BadLine extends Error {
  /** From 1; where the lines before it are right, also the position that it should have. */
  readonly line: number
  /** In words. */
  readonly problem: string

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`)
    this.name = 'BadLine'
    this.line = line
    this.problem = problem
  }
}
