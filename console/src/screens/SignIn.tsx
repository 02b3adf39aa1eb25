import { must } from '@daybook/client'
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
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { SERVICE } from '../api/client.ts'
import { useSession } from '../app/session.tsx'
import { ProblemNotice } from '../parts/Notice.tsx'
import { LANGUAGES, type Language, useWords } from '../words/words.tsx'

export default function SignIn() {
  const { t, language, speak } = useWords()
  const { state, wasLost, signInByKey, signInByPassword } = useSession()
  const { passwords, loginServers } = useWaysToSignIn()
  const [byKey, setByKey] = useState(false)
  // Where nobody has a password, a key is the only thing that is typed, by whoever asks to.
  const isTyped = byKey || passwords
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
            {loginServers.map(({ n, issuer }) => (
              <Button key={n} component="a" href={`${SERVICE}/v1/sessions/oidc/${n}`} variant="default">
                {t('signIn.at', { server: hostOf(issuer) })}
              </Button>
            ))}
            {byKey && (
              <PasswordInput
                label={t('signIn.key')}
                description={t('signIn.keyHint')}
                autoComplete="off"
                required
                {...field('key')}
              />
            )}
            {!byKey && passwords && (
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
            {isTyped && (
              <Button type="submit" loading={isBusy}>
                {t('signIn.submit')}
              </Button>
            )}
            <Group justify="space-between">
              <Anchor component="button" type="button" size="sm" onClick={() => setByKey(!byKey)}>
                {t(byKey ? (passwords ? 'signIn.byPassword' : 'signIn.withoutKey') : 'signIn.byKey')}
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

/** As long as nobody has said otherwise: by password. */
function useWaysToSignIn() {
  const { daybook } = useSession()
  const { data } = useQuery({
    queryKey: ['ways-to-sign-in'],
    queryFn: ({ signal }) => must(daybook.GET('/v1/sessions/oidc', { signal })),
  })
  return data ?? { passwords: true, loginServers: [] }
}

/** People know their login server by its host. */
function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : issuer
}
