import type { FastifyReply } from 'fastify'

/** Tells caches that an answer depends on a header of the request, besides those that were named already. */
export function addVary(reply: FastifyReply, name: string): void {
  const named = reply.getHeader('vary')
  reply.header('vary', named === undefined ? name : `${String(named)}, ${name}`)
}
