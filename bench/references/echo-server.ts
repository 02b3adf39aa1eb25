import { createServer } from 'node:net'

/*
 * A process of its own: answers every request at once, without looking at it, with as many bytes as a recorded command is
 * answered with. What a load generator gets done against it is what it can do.
 */

const BODY = JSON.stringify({ available: '1.50', filler: 'x'.repeat(700) })
const ANSWER =
  'HTTP/1.1 201 Created\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: no-store\r\n' +
  `daybook-position: 1\r\ncontent-length: ${BODY.length}\r\nConnection: keep-alive\r\n\r\n${BODY}`
const READY = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'

// A client that waits for each answer sends a request in one piece, or this could not be so simple.
const server = createServer({ noDelay: true }, (socket) => {
  socket.setEncoding('latin1')
  socket.on('data', (request: string) => socket.write(request.startsWith('GET /readyz') ? READY : ANSWER, 'latin1'))
  socket.on('error', () => {})
})
server.listen(Number(process.env['PORT']), '127.0.0.1')

process.once('SIGTERM', () => process.exit(0))
