/**
 * What a build is there for.
 * - `active`: it is read, and kept up to date
 * - `kept`: the one that was active before, for a roll-back
 * - `building`: not read yet
 */
export type BuildState = 'building' | 'active' | 'kept'
