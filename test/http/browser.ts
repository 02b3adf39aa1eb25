/** As much of a browser as signing in takes: it keeps cookies, and goes where it is sent. */
export class Browser {
  readonly #hosts: Readonly<Record<string, string>>
  readonly #jar = new Map<string, string>()

  /** @param hosts where origins really are */
  constructor(hosts: Readonly<Record<string, string>>) {
    this.#hosts = hosts
  }

  /** One call, which follows nothing. */
  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const { origin, pathname, search } = new URL(url)
    const cookie = this.cookies(origin)
    const answer = await fetch(`${this.#hosts[origin] ?? origin}${pathname}${search}`, {
      redirect: 'manual',
      headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
    })
    for (const line of answer.headers.getSetCookie()) this.#keep(origin, line)
    return answer
  }

  /** Goes on as long as it is sent on, up to where `stopAt` says. @returns where it has come to */
  async follow(url: string, stopAt: (url: URL) => boolean): Promise<string> {
    let at = url
    for (let hops = 0; hops < 10; hops += 1) {
      if (stopAt(new URL(at))) return at
      const answer = await this.get(at)
      const location = answer.headers.get('location')
      if (location === null) throw new Error(`${at} answers ${answer.status}: ${await answer.text()}`)
      at = new URL(location, at).href
    }
    throw new Error(`sent on without end, at last to ${at}`)
  }

  /** What is sent to an origin, as `Cookie`. */
  cookies(origin: string): string {
    return [...this.#jar]
      .filter(([name]) => name.startsWith(`${origin} `))
      .map(([name, value]) => `${name.slice(origin.length + 1)}=${value}`)
      .join('; ')
  }

  #keep(origin: string, line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const until = /expires=([^;]+)/i.exec(line)?.[1]
    if (until !== undefined && Date.parse(until) <= Date.now()) this.#jar.delete(`${origin} ${name}`)
    else this.#jar.set(`${origin} ${name}`, value)
  }
}
