/** What whoever calls may do, beyond what the record says of the actor. */
export interface Authority {
  /** Takes any step of any approval, by a role. */
  readonly decides: boolean
  /** Enters leave that was approved elsewhere, and records today what is for a closed period: by a role. */
  readonly overrides: boolean
  /** Adjusts accounts, whatever the call, by a right of its own. */
  readonly adjusts: boolean
  /** Records hours worked, and gives notices, whatever the call, each by a right of its own. */
  readonly recordsHours: boolean
  readonly givesNotices: boolean
  /** Counts fewer hours of a day than its calendar says, by a role. */
  readonly shortensDays: boolean
  /** Entities about whom nothing is decided: who calls, who is named, and whom these stand in for. */
  readonly selves: readonly string[]
}

/** What the record says of the actor is all there is. */
export const OF_RECORD: Authority = {
  decides: false,
  overrides: false,
  adjusts: false,
  recordsHours: false,
  givesNotices: false,
  shortensDays: true,
  selves: [],
}
