import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'

// Whoever holds a connection open, whatever was or was not sent on it, must not keep the service from stopping well.

const sockets: Socket[] = []
let service: Service | undefined

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await service?.kill()
})

async function hold(port: number, sent: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  socket.write(sent)
}

test('SIGTERM ends the service with 0 though connections are open on which nothing, or half of something, was sent', async () => {
  const database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  const { port, key } = service
  await hold(port, '')
  await hold(port, 'GET /v1/bo')
  await hold(
    port,
    `POST /v1/books/main/accruals HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  )
  await hold(
    port,
    `GET /v1/books/main/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nAccept: text/event-stream\r\n\r\n`,
  )
  expect(await service.stop()).toBe(0)
  await database.drop()
})
