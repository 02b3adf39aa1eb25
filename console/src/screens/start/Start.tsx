import { Button, Card, Code, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useSession } from '../../app/session.tsx'
import { Curl } from '../../parts/Curl.tsx'
import { ProblemNotice } from '../../parts/Notice.tsx'
import { Screen } from '../../parts/Screen.tsx'
import { useWords } from '../../words/words.tsx'
import { COMPANY, type Loaded, type Login, loadCompany } from './company.ts'
import { ImportCsv } from './ImportCsv.tsx'
import { PolicyForm } from './PolicyForm.tsx'

export default function Start() {
  const { t } = useWords()
  return (
    <Screen title={t('start.title')}>
      <Text c="dimmed">{t('start.lead')}</Text>
      <Company />
      <ImportCsv />
      <PolicyForm />
    </Screen>
  )
}

function Company() {
  const { t } = useWords()
  const { daybook, chooseBook } = useSession()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [progress, setProgress] = useState<readonly [number, number]>([0, 1])
  const load = useMutation({
    mutationFn: () => loadCompany(daybook, (done, all) => setProgress([done, all])),
    onSettled: () => queries.invalidateQueries(),
  })
  const [done, all] = progress
  return (
    <Card withBorder padding="lg" component="section" aria-label={t('start.demo')}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t('start.demo')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('start.demoLead')}
          </Text>
        </div>
        <ProblemNotice error={load.error} again={() => load.mutate()} />
        {load.isPending && (
          <>
            <Progress value={(100 * done) / all} aria-label={t('start.demoBusy', { done, all })} />
            <Text size="sm" role="status">
              {t('start.demoBusy', { done, all })}
            </Text>
          </>
        )}
        {load.data === undefined ? (
          <Button w="fit-content" loading={load.isPending} onClick={() => load.mutate()}>
            {t('start.demoGo')}
          </Button>
        ) : (
          <Logins loaded={load.data} />
        )}
        {load.data !== undefined && (
          <Button
            w="fit-content"
            variant="default"
            onClick={() => {
              chooseBook(COMPANY)
              void navigate({ to: '/inbox' })
            }}
          >
            {t('start.demoLook')}
          </Button>
        )}
        <Curl method="PUT" path={`/v1/books/${COMPANY}`} body={{ name: 'A small company' }} />
      </Stack>
    </Card>
  )
}

function Logins({ loaded: { employee, manager } }: { readonly loaded: Loaded }) {
  const { t } = useWords()
  if (employee === undefined && manager === undefined) return null
  return (
    <Stack gap="xs">
      <Text size="sm">{t('start.demoDone')}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {employee !== undefined && <LoginCard label={t('start.employee')} login={employee} />}
        {manager !== undefined && <LoginCard label={t('start.manager')} login={manager} />}
      </SimpleGrid>
    </Stack>
  )
}

function LoginCard({ label, login: { name, email, password } }: { readonly label: string; readonly login: Login }) {
  return (
    <Card withBorder padding="sm">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600}>{name}</Text>
      <Code>{email}</Code>
      <Code>{password}</Code>
    </Card>
  )
}
