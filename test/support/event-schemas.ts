import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/*
 * Events against the JSON Schemas of docs/reference/events/, by a library that knows nothing of us: what somebody who
 * integrates would do.
 */

const FOLDER = 'docs/reference/events'
const checks = new Map<string, ValidateFunction>()
let ajv: Ajv2020 | undefined

/**
 * @param lines events as they are exported
 * @returns in words what does not fit; empty where all do
 */
export function schemaFaults(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const event = JSON.parse(line) as { readonly type: string; readonly position: unknown }
    const check = checkFor(event.type)
    const fits: boolean = check(event)
    if (fits) return []
    const faults = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
    return [`${event.type} at ${String(event.position)}: ${faults.join('; ')}`]
  })
}

function checkFor(type: string): ValidateFunction {
  const known = checks.get(type)
  if (known !== undefined) return known
  // `format` is a note in this draft: days and instants are held to their patterns.
  ajv ??= new Ajv2020({ strict: true, validateFormats: false, schemas: [schemaIn('event')] })
  const check = ajv.compile(schemaIn(type))
  checks.set(type, check)
  return check
}

function schemaIn(name: string): object {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as object
}
