import { ProblemError } from '../../contract/problem.ts'

interface Headers {
  readonly 'content-encoding'?: string | undefined
  readonly 'content-type'?: string | undefined
}

/** @throws ProblemError where a body of a type that is taken is compressed, or not in UTF-8 */
export function refuseUnreadable(headers: Headers): void {
  const detail = unreadable(headers)
  if (detail !== undefined) throw new ProblemError({ code: 'unsupported-media-type', detail })
}

function unreadable(headers: Headers): string | undefined {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return `A body with the content encoding ${encoding} is not taken: send it as it is.`
  }
  const type = headers['content-type']
  if (type === undefined || !type.includes(';')) return undefined
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]
  if (charset === undefined || /^utf-?8$/i.test(charset)) return undefined
  return `A body in ${charset} is not taken: JSON is UTF-8.`
}
