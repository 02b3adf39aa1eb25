import { Button, Group, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { Exports } from './Exports.tsx'
import { Trail } from './Trail.tsx'
import { Verify } from './Verify.tsx'

/** Whether the history is what it was, who did what, and both of them to take away. */
export default function Audit() {
  const { t } = useWords()
  const { book, may } = useSession()
  return (
    <Screen title={t('audit.title')} {...(may('events:read') ? { aside: <LookUp /> } : {})}>
      {may('events:read') && (
        <>
          <Verify key={`verify ${book}`} />
          <Exports />
        </>
      )}
      {may('audit:read') && <Trail key={`trail ${book}`} />}
    </Screen>
  )
}

/** An event by its position. */
function LookUp() {
  const { t } = useWords()
  const navigate = useNavigate()
  const [position, setPosition] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (position !== '') void navigate({ to: '/event/$position', params: { position } })
  }
  return (
    <form onSubmit={submit}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          type="number"
          min={1}
          w={140}
          aria-label={t('audit.position')}
          placeholder={t('audit.position')}
          value={position}
          onChange={(event) => setPosition(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t('audit.lookUp')}
        </Button>
      </Group>
    </form>
  )
}
