import { type Finding, ok, warning, wrong } from './finding.ts'

/** A service that takes longer to say whether it is ready is not. */
const PATIENCE_MS = 5_000

/** @param isAsked whether somebody said that there is a service */
export async function examineService(url: string, { isAsked }: { isAsked: boolean }): Promise<Finding[]> {
  const about = 'service'
  let response: Response
  try {
    response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(PATIENCE_MS) })
  } catch (error) {
    const { cause, message } = error as { cause?: { code?: string }; message: string }
    const says = `none answers at ${url} (${cause?.code ?? message})`
    const advice = 'Start it: daybook serve. If it runs elsewhere: daybook doctor --url <url>'
    return [isAsked ? wrong(about, says, advice) : warning(about, says, advice)]
  }
  if (response.ok) return [ok(about, `it is ready at ${url}`)]
  const body = (await response.text()).trim()
  return [
    wrong(about, `it is not ready at ${url}: ${reasonsIn(body)}`, 'What is said above is the cause, or its log knows.'),
  ]
}

/** What a service that is not ready says of itself; its words as they are, where they are others than expected. */
function reasonsIn(body: string): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: string }
    return detail ?? body
  } catch {
    return body
  }
}
