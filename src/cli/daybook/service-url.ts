import { parseConfig } from '../../config.ts'
import { type Environment, Failure } from './command.ts'

/**
 * Where the service of this environment listens.
 * @throws Failure where the environment is not right
 */
export function serviceUrl(environment: Environment): string {
  const { config, problems } = parseConfig(environment)
  if (config === undefined) throw new Failure(problems.join('\n'))
  const everywhere = config.host === '0.0.0.0' || config.host === '::'
  const host = everywhere ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host
  return `http://${host}:${config.port}`
}

/** @throws Failure where it is no URL of a service */
export function httpUrlOf(text: string): string {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url.href
  throw new Failure('--url is the http:// or https:// URL of a service, without a name or password in it.', {
    isUsage: true,
  })
}
