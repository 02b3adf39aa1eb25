export { connect, type Daybook, type Options } from './connect.ts'
export type { components, operations, paths } from './document.ts'
export { type Following, type FollowingState, follow, type LiveEvent, type Subscription } from './follow.ts'
export { each, eachEvent, type ItemOf, type ListPath } from './lists.ts'
export { isProblem, must, NoAnswer, type Problem, type ProblemCode, type ProblemOf, Refused } from './problems.ts'
export type { Patience } from './retrying.ts'

import type { components } from './document.ts'

/** A schema of the document by its name, such as `Schema<'Request'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]
