/** Where a text is no JSON that the service takes, and why. */
export interface JsonFault {
  /** RFC 6901; empty: the whole. */
  readonly pointer: string
  /** Completes "The body …" or "/pointer …". */
  readonly message: string
}
