import type { DescribedAnswer } from './operation.ts'

/** A command was recorded. @param schema of what it recorded */
export function recorded(schema: DescribedAnswer['schema']): DescribedAnswer {
  return {
    description: 'Recorded, durably. A replay has the same body.',
    schema,
    headers: ['Daybook-Position', 'Idempotency-Replayed', 'Preference-Applied'],
  }
}

/** @param schema of what would be recorded */
export function previewed(schema: DescribedAnswer['schema']): DescribedAnswer {
  return { description: 'A dry run: what would be recorded.', schema, headers: ['Preference-Applied'] }
}

/** @param schema of what is defined, and of what would be */
export function unchanged(schema: DescribedAnswer['schema']): DescribedAnswer {
  return {
    description: 'Nothing changed: what is defined already. Or a dry run: what would be defined.',
    schema,
    headers: ['Daybook-Position', 'Idempotency-Replayed', 'Preference-Applied'],
  }
}

/** One item, as it is at a position. @param description such as `The policy.` */
export function found(description: string, schema: DescribedAnswer['schema']): DescribedAnswer {
  return { description, schema, headers: ['Daybook-Position'] }
}

/** @param schema of a page of a list */
export function listed(schema: DescribedAnswer['schema']): DescribedAnswer {
  return found('A page.', schema)
}
