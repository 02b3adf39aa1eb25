import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Json } from '../../parts/pointer.ts'
import { useWords } from '../../words/words.tsx'

/** The whole draft as JSON: everything that the fields do not ask for. */
export function JsonField({ draft, set }: { readonly draft: Json | undefined; readonly set: (draft: Json) => void }) {
  const { t } = useWords()
  /** As it was typed, which is shown as long as the draft is what it says, or it says nothing. */
  const [typed, setTyped] = useState<string>()
  const read = typed === undefined ? undefined : parsed(typed)
  const isWrong = typed !== undefined && read === undefined
  const isMeant = isWrong || (read !== undefined && JSON.stringify(read) === JSON.stringify(draft))
  return (
    <details>
      <summary>{t('terms.json')}</summary>
      <Textarea
        className="table-text"
        mt="xs"
        aria-label={t('terms.json')}
        description={t('terms.jsonHint')}
        autosize
        minRows={8}
        maxRows={30}
        spellCheck={false}
        value={isMeant ? typed : JSON.stringify(draft, null, 2)}
        error={isWrong ? t('terms.jsonWrong') : undefined}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value)
          const next = parsed(value)
          if (next !== undefined) set(next)
        }}
      />
    </details>
  )
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
