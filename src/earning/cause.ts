/** The event because of which something that was posted is corrected. */
export interface Cause {
  readonly position: number
  readonly type: string
  /** What it is about: `entity:e1`, `policy:annual`, `calendar:de-by`. */
  readonly about: string
}
