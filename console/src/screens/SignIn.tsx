import {
  Alert,
  Anchor,
  Button,
  Center,
  Group,
  NativeSelect,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { SERVICE } from '../api/client.ts'
import { useSession } from '../app/session.tsx'
import { ProblemNotice } from '../parts/Notice.tsx'
import { LANGUAGES, type Language, useWords } from '../words/words.tsx'

export default function SignIn() {
  const { t, language, speak } = useWords()
  const { state, wasLost, signInByKey, signInByPassword } = useSession()
  const [byKey, setByKey] = useState(false)
  const [fields, setFields] = useState({ email: '', password: '', key: '' })
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setIsBusy] = useState(false)
  const field = (name: keyof typeof fields) => ({
    value: fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setFields({ ...fields, [name]: event.currentTarget.value }),
  })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setError(null)
    try {
      await (byKey ? signInByKey(fields.key.trim()) : signInByPassword(fields.email.trim(), fields.password))
    } catch (caught) {
      setError(caught)
      setIsBusy(false)
    }
  }
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder shadow="sm" p="xl" radius="lg" w="100%" maw={400}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <span className="brand">
              <img src={`${SERVICE}/docs/icon.svg`} alt="" />
              {t('app')}
            </span>
            <div>
              <Title order={1} size="h3">
                {t('signIn.title')}
              </Title>
              <Text size="sm" c="dimmed">
                {t('signIn.lead')}
              </Text>
            </div>
            {wasLost && (
              <Alert color="yellow" py="xs">
                {t('signIn.lost')}
              </Alert>
            )}
            {state === 'away' && (
              <Alert color="red" py="xs">
                {t('signIn.away')}
              </Alert>
            )}
            {byKey ? (
              <PasswordInput
                label={t('signIn.key')}
                description={t('signIn.keyHint')}
                autoComplete="off"
                required
                {...field('key')}
              />
            ) : (
              <>
                <TextInput
                  label={t('signIn.email')}
                  type="email"
                  autoComplete="username"
                  required
                  {...field('email')}
                />
                <PasswordInput
                  label={t('signIn.password')}
                  autoComplete="current-password"
                  required
                  {...field('password')}
                />
              </>
            )}
            <ProblemNotice error={error} />
            <Button type="submit" loading={isBusy}>
              {t('signIn.submit')}
            </Button>
            <Group justify="space-between">
              <Anchor component="button" type="button" size="sm" onClick={() => setByKey(!byKey)}>
                {t(byKey ? 'signIn.byPassword' : 'signIn.byKey')}
              </Anchor>
              <NativeSelect
                aria-label={t('language')}
                size="xs"
                value={language}
                data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
                onChange={(event) => speak(event.currentTarget.value as Language)}
              />
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
