import type { FastifyReply } from 'fastify'

/** Sends a text that is JSON already: nothing is gained by parsing and printing it again. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}
