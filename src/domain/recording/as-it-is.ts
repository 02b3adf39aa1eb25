/** A command that asks for what is so already: nothing of it is recorded, and its key is free. */
export interface AsItIs {
  readonly asItIs: {
    /** What it is about, as it is. */
    readonly request: string
    readonly version: number
    /** Of the event that made it so. */
    readonly position: number
  }
}
