import { Code, CopyButton, UnstyledButton } from '@mantine/core'
import { SERVICE } from '../api/client.ts'
import { useWords } from '../words/words.tsx'

/** The call behind a button, for whoever wants to make it themselves. */
export function Curl({
  method,
  path,
  body,
}: {
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly body: object
}) {
  const { t } = useWords()
  const text = `curl -X ${method} ${SERVICE}${path} -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`
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
