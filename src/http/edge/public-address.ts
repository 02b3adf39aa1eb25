import type { FastifyRequest } from 'fastify'
import type { EdgeConfig } from '../backend.ts'

/** Where clients find the service: as it was told, or as this one did. */
export function publicAddressOf(
  { publicUrl }: Pick<EdgeConfig, 'publicUrl'>,
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
): string {
  return publicUrl?.replace(/\/+$/, '') ?? `${protocol}://${host}`
}
