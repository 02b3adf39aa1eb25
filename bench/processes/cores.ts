import { busySeconds, cpuSecondsOf, cpuSecondsOfFamily } from './cpu.ts'

/** How many processors each was busy with, on average; undefined where the system does not say. */
export interface Cores {
  readonly service: number | undefined
  readonly postgres: number | undefined
  readonly generator: number | undefined
  /** Everything else on the machine: where that is not next to nothing, the figures beside it say little. */
  readonly others: number | undefined
}

interface Used {
  readonly service: number | undefined
  readonly postgres: number | undefined
  readonly all: number | undefined
}

const NOTHING: Used = { service: undefined, postgres: undefined, all: undefined }

/** Meters the processors from `begin` to `end`. */
export class Meter {
  readonly #service: number | undefined
  readonly #postgres: number | undefined
  #began = NOTHING
  #ended = NOTHING

  /** @param pids of the service, where there is one, and of the database, where it is on this machine */
  constructor({ service, postgres }: { service?: number | undefined; postgres: number | undefined }) {
    this.#service = service
    this.#postgres = postgres
  }

  begin(): void {
    this.#began = this.#read()
  }

  end(): void {
    this.#ended = this.#read()
  }

  /** @param cpuSeconds of whoever made the load */
  cores({ seconds, cpuSeconds }: { seconds: number; cpuSeconds: number | undefined }): Cores {
    const used = (part: keyof Used) => {
      const [began, ended] = [this.#began[part], this.#ended[part]]
      return began === undefined || ended === undefined ? undefined : (ended - began) / seconds
    }
    const [service, postgres, all] = [used('service'), used('postgres'), used('all')]
    const generator = cpuSeconds === undefined ? undefined : cpuSeconds / seconds
    const known = (service ?? 0) + (postgres ?? 0) + (generator ?? 0)
    return { service, postgres, generator, others: all === undefined ? undefined : Math.max(0, all - known) }
  }

  #read(): Used {
    return {
      service: this.#service === undefined ? undefined : cpuSecondsOf(this.#service),
      postgres: this.#postgres === undefined ? undefined : cpuSecondsOfFamily(this.#postgres),
      all: busySeconds(),
    }
  }
}
