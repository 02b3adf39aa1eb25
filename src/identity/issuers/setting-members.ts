/** Says where a setting is not what it must be. */
export class SettingFault extends Error {
  constructor(pointer: string, message: string) {
    super(`${pointer === '' ? 'the whole' : pointer} ${message}`)
    this.name = 'SettingFault'
  }
}

const MOST_CHARACTERS = 255

/** The members of one object of a setting, each read as what it must be. Every method throws SettingFault. */
export class SettingMembers {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #at: string

  /** @param at JSON pointer of the object @param known names of all members that it may have */
  constructor(value: unknown, at: string, known?: readonly string[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SettingFault(at, 'must be an object')
    this.#members = value as Readonly<Record<string, unknown>>
    this.#at = at
    const other = known && Object.keys(value).find((name) => !known.includes(name))
    if (other !== undefined) throw new SettingFault(this.at(other), `is no member: there are ${known!.join(', ')}`)
  }

  at(name: string): string {
    return `${this.#at}/${name}`
  }

  names(): readonly string[] {
    return Object.keys(this.#members)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name)
  }

  value(name: string): unknown {
    return this.has(name) ? this.#members[name] : undefined
  }

  text(name: string): string {
    return textOf(this.value(name), this.at(name))
  }

  /** A list of different texts, one at least. A single text is a list of one. */
  texts(name: string, most: number): readonly string[] {
    const value = this.value(name)
    return typeof value === 'string' ? [textOf(value, this.at(name))] : textsOf(value, this.at(name), most)
  }

  /** A list of different texts, one at least. */
  list(name: string, most: number): readonly string[] {
    return textsOf(this.value(name), this.at(name), most)
  }
}

function textOf(value: unknown, at: string): string {
  if (value === undefined) throw new SettingFault(at, 'is missing')
  if (typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS) return value
  throw new SettingFault(at, `must be a text of 1 to ${MOST_CHARACTERS} characters`)
}

function textsOf(value: unknown, at: string, most: number): readonly string[] {
  if (value === undefined) throw new SettingFault(at, 'is missing')
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw new SettingFault(at, `must be a list of 1 to ${most} texts`)
  }
  const texts = value.map((item: unknown, index) => textOf(item, `${at}/${index}`))
  if (new Set(texts).size !== texts.length) throw new SettingFault(at, 'must not name anything twice')
  return texts
}
