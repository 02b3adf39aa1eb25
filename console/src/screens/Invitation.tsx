import { must } from '@daybook/client'
import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { daybookBy } from '../api/client.ts'
import { FormProblem } from '../parts/FormProblem.tsx'
import { faultsOf } from '../parts/said.ts'
import { useWords } from '../words/words.tsx'

/** Whoever was invited chooses a password. */
export default function Invitation() {
  const { t } = useWords()
  const { token = '' } = useParams({ strict: false })
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [is, setIs] = useState<'open' | 'busy' | 'done'>('open')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    setIs('busy')
    try {
      await must(
        daybookBy(undefined).POST('/v1/invitations/{token}', { params: { path: { token } }, body: { password } }),
      )
      setIs('done')
    } catch (caught) {
      setError(caught)
      setIs('open')
    }
  }
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder shadow="sm" p="xl" radius="lg" w="100%" maw={400}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <div>
              <Title order={1} size="h3">
                {t('invitation.title')}
              </Title>
              <Text size="sm" c="dimmed">
                {t('invitation.lead')}
              </Text>
            </div>
            {is === 'done' ? (
              <>
                <Alert color="teal" role="status" py="xs">
                  {t('invitation.done')}
                </Alert>
                <Button component={Link} to="/">
                  {t('signIn.title')}
                </Button>
              </>
            ) : (
              <>
                <PasswordInput
                  label={t('invitation.password')}
                  autoComplete="new-password"
                  required
                  value={password}
                  error={faultsOf(error)['/password']}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                />
                <FormProblem error={error} at={['/password']} />
                <Button type="submit" loading={is === 'busy'}>
                  {t('invitation.submit')}
                </Button>
              </>
            )}
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
