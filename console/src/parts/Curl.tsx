import { Code, CopyButton, UnstyledButton } from '@mantine/core'
import { SERVICE } from '../api/client.ts'
import { useWords } from '../words/words.tsx'

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: object
  /** A command has an idempotency key; keys, users and webhooks are made without. */
  readonly isCommand?: boolean
  /** What is asked for where it is not JSON, and the file that it goes into. */
  readonly accept?: string
  readonly file?: string
}

/** The call behind a button, for whoever wants to make it themselves. */
export function Curl(call: Call) {
  const { t } = useWords()
  const text = textOf(call)
  return (
    <details>
      <summary>{t('curl')}</summary>
      <Code block className="curl">
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <UnstyledButton fz="sm" c="indigo" onClick={copy}>
            {t(copied ? 'copied' : 'copy')}
          </UnstyledButton>
        )}
      </CopyButton>
    </details>
  )
}

function textOf({ method, path, body, isCommand = body !== undefined, accept, file }: Call): string {
  return [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    quoted(`${SERVICE}${path}`),
    '-H "Authorization: Bearer $KEY"',
    ...(accept === undefined ? [] : [`-H 'Accept: ${accept}'`]),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`]),
    ...(isCommand ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(body === undefined ? [] : ['-d', quoted(JSON.stringify(body))]),
    ...(file === undefined ? [] : ['-o', file]),
  ].join(' ')
}

/** Nothing in it means anything to a shell. */
function quoted(text: string): string {
  return /^[\w:/.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
