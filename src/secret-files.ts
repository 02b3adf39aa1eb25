import { readFileSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

/** The name of the setting that names a file with the value of another one. */
export function fileNameOf(name: string): string {
  return `${name}_FILE`
}

/**
 * Reads secrets from files, as Docker and Kubernetes hand them in, where a setting's `_FILE` names one. The line break at
 * the end of a file is not part of its secret.
 * @param names of settings that may be read from a file
 * @returns the environment with what the files say; and one sentence for each that cannot be used
 */
export function withSecretFiles(
  environment: Environment,
  names: readonly string[],
): { environment: Environment; problems: string[] } {
  const read: Record<string, string> = {}
  const problems: string[] = []
  for (const name of names) {
    const file = environment[fileNameOf(name)]
    if (!file) continue
    if (environment[name]) {
      problems.push(`${fileNameOf(name)}: ${name} is set as well. Unset one of the two.`)
      continue
    }
    const { text, why } = readSecret(file)
    if (text === undefined) problems.push(`${fileNameOf(name)}: the file ${JSON.stringify(file)} ${why}.`)
    else read[name] = text
  }
  return { environment: { ...environment, ...read }, problems }
}

/** @returns what a file says, without the line break at its end; or why it is not to be had, as the rest of a sentence */
export function readSecret(file: string): { text: string; why?: undefined } | { text?: undefined; why: string } {
  try {
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')
    return text === '' ? { why: 'is empty' } : { text }
  } catch (error) {
    return { why: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}` }
  }
}
