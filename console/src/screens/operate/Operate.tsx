import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ScreenRight } from '../../app/rights.ts'
import { useSession } from '../../app/session.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { Health } from './Health.tsx'
import { Keys } from './Keys.tsx'
import { Users } from './Users.tsx'
import { Webhooks } from './Webhooks.tsx'

type Part = 'health' | 'keys' | 'users' | 'webhooks'

/** Each with the right that it needs; how the service is, anybody may know. */
const PARTS: Readonly<Record<Part, { readonly right?: ScreenRight; readonly shown: () => ReactNode }>> = {
  health: { shown: Health },
  keys: { right: 'keys:define', shown: Keys },
  users: { right: 'users:define', shown: Users },
  webhooks: { right: 'webhooks:read', shown: Webhooks },
}

/** How the service is, and who and what works with it. */
export default function Operate() {
  const { t } = useWords()
  const { may, book } = useSession()
  const navigate = useNavigate()
  const asked = useParams({ strict: false }).part
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => {
    const { right } = PARTS[part]
    return right === undefined || may(right)
  })
  const part = parts.find((one) => one === asked) ?? 'health'
  const Shown = PARTS[part].shown
  return (
    <Screen title={t('operate.title')}>
      <Tabs
        value={part}
        onChange={(next) => void navigate({ to: '/operate/$part', params: { part: next ?? 'health' } })}
      >
        <Tabs.List mb="lg">
          {parts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`operate.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={part}>
          <Shown key={book} />
        </Tabs.Panel>
      </Tabs>
    </Screen>
  )
}
