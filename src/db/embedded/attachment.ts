import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { query } from '../statement.ts'
import { OTHERS } from './embedded.sql.ts'

const PREFIX = 'daybook attached '

/**
 * That somebody uses an embedded server, as the server sees it: one idle connection, which ends with its process however
 * that ends. What a killed process left running there, and who else looks into the database, does not count.
 */
export class Attachment {
  readonly #name = `${PREFIX}${randomBytes(6).toString('hex')}`
  #client: Client | undefined

  /** Holds on to a server; lets go of the one before. */
  async hold(url: string): Promise<void> {
    await this.release()
    const client = new Client({ connectionString: url, application_name: this.#name, keepAlive: true })
    // It breaks with the server, and then there is nothing to hold.
    client.on('error', () => {})
    await client.connect()
    // What is held is no reason for a process to go on.
    // It is there since pg 8, and not in the types.
    ;(client as unknown as { unref(): void }).unref()
    this.#client = client
  }

  async release(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    // Until it is closed it is a reason to go on: a process that has nothing else to do would end in the middle.
    ;(client as unknown as { ref(): void } | undefined)?.ref()
    await client?.end().catch(() => {})
  }

  /** How many others hold on to the server that `client` is connected to. */
  async countOthers(client: Client): Promise<number> {
    const [attached] = await query(client, OTHERS, [PREFIX, this.#name])
    return attached!.others
  }
}
