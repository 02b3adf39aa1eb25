import type { FastifyRequest } from 'fastify'

/**
 * How long a caller wants to wait for what takes long: `Prefer: wait=30` (RFC 7240, section 4.3).
 * @returns seconds, `most` at most; undefined where nothing is said of it
 */
export function waitAsked({ headers }: Pick<FastifyRequest, 'headers'>, most: number): number | undefined {
  const found = /(?:^|[,;\s])wait\s*=\s*"?([0-9]{1,6})"?\s*(?:$|[,;])/i.exec(String(headers['prefer'] ?? ''))
  return found === null ? undefined : Math.min(Number(found[1]), most)
}
