import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Button,
  Group,
  Menu,
  NativeSelect,
  NavLink,
  Stack,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, type LinkProps, Outlet, useLocation } from '@tanstack/react-router'
import { SERVICE } from '../api/client.ts'
import { useBooks, useRequests } from '../api/queries.ts'
import { PendingDecisions } from '../screens/inbox/PendingDecisions.tsx'
import { LANGUAGES, type Language, useWords, type WordKey } from '../words/words.tsx'
import { useLive } from './live.ts'
import { useSession } from './session.tsx'

/** What is around every screen of somebody who is known. */
export default function Inside() {
  const { t } = useWords()
  const [isOpen, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const live = useLive()
  const links = useLinks()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="lg"
    >
      <a
        href="#content"
        className="skip"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('content')?.focus()
        }}
      >
        {t('nav.skip')}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('nav.menu')} />
            <span className="brand">
              <img src={`${SERVICE}/docs/icon.svg`} alt="" />
              {t('app')}
            </span>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LiveBadge live={live} />
            <BookChoice />
            <Settings />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Stack gap={4} component="nav" aria-label={t('nav.menu')}>
          {links.map(({ to, words, count }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t(words)}
              active={isAt(pathname, to)}
              onClick={close}
              rightSection={
                count === undefined || count === 0 ? null : (
                  <Badge size="sm" circle={count < 10}>
                    {count}
                  </Badge>
                )
              }
              {...(isAt(pathname, to) ? { 'aria-current': 'page' as const } : {})}
            />
          ))}
        </Stack>
        <Text size="xs" c="dimmed" mt="auto" px="sm">
          <a href={`${SERVICE}/docs`}>{t('nav.api')}</a>
        </Text>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Stack maw={1100} mx="auto" gap="lg">
          <Outlet />
        </Stack>
        <PendingDecisions />
      </AppShell.Main>
    </AppShell>
  )
}

/** On a screen, or on one below it. */
function isAt(pathname: string, to: string): boolean {
  return pathname === to || pathname.startsWith(`${to}/`)
}

function useLinks(): readonly {
  readonly to: NonNullable<LinkProps['to']>
  readonly words: WordKey
  readonly count?: number
}[] {
  const { entity, roles, may } = useSession()
  const waiting = useRequests(entity === undefined ? { status: 'pending' } : { waitingFor: entity })
  const count = waiting.data?.filter(({ status }) => status === 'pending').length ?? 0
  const decides = roles.has('admin') || roles.has('hr') || entity !== undefined
  const looksAfter = ['admin', 'hr', 'payroll', 'auditor'].some((role) => roles.has(role))
  return [
    ...(entity === undefined
      ? []
      : ([
          { to: '/my-leave', words: 'nav.me' },
          { to: '/ask', words: 'nav.ask' },
        ] as const)),
    ...(decides ? ([{ to: '/inbox', words: 'nav.inbox', count }] as const) : []),
    { to: '/team', words: 'nav.team' },
    ...(looksAfter ? ([{ to: '/dashboard', words: 'nav.dashboard' }] as const) : []),
    ...(may('entities:read') ? ([{ to: '/people', words: 'nav.people' }] as const) : []),
    ...(looksAfter ? ([{ to: '/policies', words: 'nav.policies' }] as const) : []),
    ...(looksAfter ? ([{ to: '/calendars', words: 'nav.calendars' }] as const) : []),
    ...(may('runs:read') ? ([{ to: '/runs', words: 'nav.runs' }] as const) : []),
    { to: '/explain', words: 'nav.explain' },
    ...(may('events:read') || may('audit:read') ? ([{ to: '/audit', words: 'nav.audit' }] as const) : []),
    ...(roles.has('admin') || roles.has('payroll') ? ([{ to: '/payroll', words: 'nav.payroll' }] as const) : []),
    ...(may('webhooks:read') || may('keys:define') ? ([{ to: '/operate', words: 'nav.operate' }] as const) : []),
    ...(roles.has('admin') ? ([{ to: '/start', words: 'nav.start' }] as const) : []),
  ]
}

function LiveBadge({ live }: { readonly live: ReturnType<typeof useLive> }) {
  const { t } = useWords()
  if (live === 'live')
    return (
      <Badge variant="dot" color="teal" tt="none" visibleFrom="sm" data-live="live">
        {t('live.live')}
      </Badge>
    )
  return (
    <Badge variant="dot" color={live === 'waiting' ? 'orange' : 'gray'} tt="none" role="status" data-live={live}>
      {t(`live.${live}`)}
    </Badge>
  )
}

function BookChoice() {
  const { t } = useWords()
  const { book, chooseBook } = useSession()
  const { data } = useBooks()
  const known = data?.map(({ id, name }) => ({ value: id, label: name ?? id })) ?? []
  if (known.length < 2) return null
  return (
    <NativeSelect
      aria-label={t('book')}
      size="xs"
      maw={180}
      value={book}
      data={known}
      onChange={(event) => chooseBook(event.currentTarget.value)}
    />
  )
}

function Settings() {
  const { t, language, speak } = useWords()
  const { signOut } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-end" width={240} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('nav.menu')}>
          <span aria-hidden>⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown p="sm">
        <Stack gap="sm">
          <NativeSelect
            label={t('language')}
            size="xs"
            value={language}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            onChange={(event) => speak(event.currentTarget.value as Language)}
          />
          <NativeSelect
            label={t('scheme')}
            size="xs"
            value={colorScheme}
            data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`scheme.${value}`) }))}
            onChange={(event) => setColorScheme(event.currentTarget.value as 'auto' | 'light' | 'dark')}
          />
          <Button variant="default" size="xs" onClick={() => void signOut()}>
            {t('signOut')}
          </Button>
        </Stack>
      </Menu.Dropdown>
    </Menu>
  )
}
