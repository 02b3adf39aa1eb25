import { type Call, objectionTo } from './document.ts'
import type { Made } from './requests-arbitrary.ts'
import type { Reply } from './service-of-file.ts'

/** In what an answer is not as the document says; undefined: in nothing. */
export function objectionIn(
  { responses }: Call,
  { body, valid }: Pick<Made, 'body' | 'valid'>,
  { status, headers: answered, text, body: parsed }: Reply,
): string | undefined {
  // In a bulk the outcomes have statuses of their own.
  const failed = status >= 500 || text.includes('"code":"internal"')
  if (failed && !text.includes('"code":"not-caught-up"')) return `${status} ${text}`
  const contents = responses[status]
  if (contents === undefined) return `${status} is not documented: ${text}`
  if (Object.keys(contents).length === 0) return text === '' ? undefined : `a body that is not documented for ${status}`
  const type = String(answered['content-type']).split(';')[0]!
  const schema = contents[type]
  if (schema === undefined) return `${type} is not documented for ${status}`
  // What no schema says: cursors and instants that exist, ranges in their order, lists without repetition, and names that JavaScript keeps for itself
  // or cannot be trusted to read; how CSV is written, where none is asked for; terms of earning that contradict each other.
  const beyondSchemas =
    /"\/(cursor|knownAt|region|expiresAt)"|"(\/terms)?\/(leaveYear|earning|carryOver|spending)[/"]|must go with the terms|must not be (before|after)|must be from [0-9-]+ to|must not be given together|must be at most|no day twice|only with `weeks`|a day that is worked|has a member name with|must say either|is only known under a policy|where `to` is later|ids, by role|must go with `(from|to)Time`|after `fromTime`|must be of one day|must not be said where times are|must be a day from `from` to `to`|, by date|where no CSV is asked for|must not be the decimal comma|ids are those of one|must be an address, or a range|instant that exists|must be \["\*"\], or name|up to where the webhook has come|must be one of: /.test(
      text,
    ) || body?.includes('__proto__') === true
  if (valid && status === 400 && !beyondSchemas) return `valid, and yet ${text}`
  if (type.endsWith('json')) return objectionTo(schema, parsed)
  return undefined
}
