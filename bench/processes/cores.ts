import { cpuSecondsOf, cpuSecondsOfFamily } from './cpu.ts'

/** How many processors each was busy with, on average; undefined where the system does not say. */
export interface Cores {
  readonly service: number | undefined
  readonly postgres: number | undefined
  readonly generator: number | undefined
}

/** Meters the processors from `begin` to `end`. */
export class Meter {
  readonly #service: number | undefined
  readonly #postgres: number | undefined
  #began = { service: 0, postgres: 0 }
  #used: { service: number | undefined; postgres: number | undefined } = { service: undefined, postgres: undefined }

  /** @param pids of the service, where there is one, and of the database, where it is on this machine */
  constructor({ service, postgres }: { service?: number | undefined; postgres: number | undefined }) {
    this.#service = service
    this.#postgres = postgres
  }

  begin(): void {
    const { service, postgres } = this.#read()
    this.#began = { service: service ?? 0, postgres: postgres ?? 0 }
  }

  end(): void {
    const { service, postgres } = this.#read()
    this.#used = {
      service: service === undefined ? undefined : service - this.#began.service,
      postgres: postgres === undefined ? undefined : postgres - this.#began.postgres,
    }
  }

  cores({ seconds, cpuSeconds }: { seconds: number; cpuSeconds: number | undefined }): Cores {
    const { service, postgres } = this.#used
    const average = (used: number | undefined) => (used === undefined ? undefined : used / seconds)
    return { service: average(service), postgres: average(postgres), generator: average(cpuSeconds) }
  }

  #read(): { service: number | undefined; postgres: number | undefined } {
    return {
      service: this.#service === undefined ? undefined : cpuSecondsOf(this.#service),
      postgres: this.#postgres === undefined ? undefined : cpuSecondsOfFamily(this.#postgres),
    }
  }
}
