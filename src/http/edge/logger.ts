import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * The log of the service: one JSON object a line. No header, no body and no SQL value is ever handed to it; what an
 * error of the database may quote of a row is left out here.
 */
export function openLogger({ level, destination }: { level: string; destination?: DestinationStream }): Logger {
  const options = {
    level,
    base: { service: 'daybook' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'err.detail',
        'err.where',
        'err.internalQuery',
        'err.parameters',
        'headers.authorization',
        '*.headers.authorization',
      ],
      remove: true,
    },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
