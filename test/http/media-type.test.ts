import { expect, test } from 'vitest'
import { preferred } from '../../src/http/edge/media-type.ts'

const OFFERED = ['application/json', 'application/x-ndjson', 'text/event-stream'] as const

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['image/png', 'application/json'],
  ['text/event-stream', 'text/event-stream'],
  ['text/*', 'text/event-stream'],
  ['TEXT/Event-Stream', 'text/event-stream'],
  ['application/x-ndjson, application/json', 'application/json'],
  ['application/x-ndjson, application/json;q=0.9', 'application/x-ndjson'],
  ['application/json;q=0.1, text/event-stream; q=0.2', 'text/event-stream'],
  ['application/json;q=0, */*;q=0.1', 'application/x-ndjson'],
  ['application/x-ndjson;q=0', 'application/json'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
  ['application/x-ndjson;q=nonsense', 'application/json'],
])('Accept: %s is answered with %s', (accept, type) => {
  expect(preferred(accept, OFFERED)).toBe(type)
})
