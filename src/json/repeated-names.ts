import { stepTo } from '../contract/json-pointer.ts'
import { endOfString } from './json-string.ts'

/** An object or a list that the text is in the middle of. */
interface Level {
  /** Those that stood in it so far; undefined: it is a list. */
  readonly names: Set<string> | undefined
  name: string
  index: number
}

/**
 * The members whose name stood in their object before, as JSON pointers: the first of each item where the text is a list,
 * else of each member.
 * @param text JSON that a parser took, with plain names: two that are equal are spelt alike
 */
export function* repeatedNames(text: string): Generator<string, void, undefined> {
  const levels: Level[] = []
  let nameComes = false
  let isFound = false
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1)
    switch (text.charAt(at)) {
      case '{':
      case '[':
        nameComes = text.startsWith('{', at)
        levels.push({ names: nameComes ? new Set() : undefined, name: '', index: 0 })
        break
      case '}':
      case ']':
        levels.pop()
        nameComes = false
        break
      case ',':
        if (levels.length === 1) isFound = false
        level!.index += 1
        nameComes = level!.names !== undefined
        break
      case '"': {
        const end = endOfString(text, at)
        if (nameComes) {
          const { names } = level!
          level!.name = text.slice(at + 1, end)
          if (!isFound && names!.has(level!.name)) {
            isFound = true
            yield levels.map(stepOf).join('')
          }
          names!.add(level!.name)
          nameComes = false
        }
        at = end
        break
      }
    }
  }
}

function stepOf({ names, name, index }: Level): string {
  return stepTo(names === undefined ? index : name)
}
