import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useBooks } from '../../api/queries.ts'
import { useSession } from '../../app/session.tsx'
import { useWords } from '../../words/words.tsx'
import { type GrantFields, type GrantKind, ROLE_NAMES } from './grant-fields.ts'

interface Typed {
  readonly kind: GrantKind
  readonly grants: readonly GrantFields[]
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (grants: readonly GrantFields[]) => void
}

/** What somebody may do, where, and who they are there. */
export function Grants({ kind, grants, faults, onChange }: Typed) {
  const { t } = useWords()
  const { book } = useSession()
  const set = (index: number, next: Partial<GrantFields>) =>
    onChange(grants.map((grant, at) => (at === index ? { ...grant, ...next } : grant)))
  return (
    <Stack gap="sm" component="fieldset" className="plain-fieldset" aria-label={t('grants.title')}>
      {grants.map((grant, index) => (
        <OneGrant
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and their order is that of the pointers
          key={index}
          kind={kind}
          grant={grant}
          faultOf={(name) => faults[`/${kind}/${index}/${name}`]}
          onChange={(next) => set(index, next)}
          {...(grants.length > 1 ? { onRemove: () => onChange(grants.toSpliced(index, 1)) } : {})}
        />
      ))}
      <Button
        w="fit-content"
        size="compact-sm"
        variant="default"
        onClick={() => onChange([...grants, firstGrant(kind, book)])}
      >
        {t('grants.add')}
      </Button>
    </Stack>
  )
}

export function firstGrant(kind: GrantKind, book: string): GrantFields {
  return { book, what: kind === 'roles' ? 'employee' : '', entity: '', until: '' }
}

function OneGrant({
  kind,
  grant,
  faultOf,
  onChange,
  onRemove,
}: {
  readonly kind: GrantKind
  readonly grant: GrantFields
  readonly faultOf: (name: string) => string | undefined
  readonly onChange: (next: Partial<GrantFields>) => void
  readonly onRemove?: () => void
}) {
  const { t } = useWords()
  const books = useBooks()
  const known = books.data?.map(({ id, name }) => ({ value: id, label: name ?? id })) ?? []
  return (
    <Group align="flex-start" gap="sm">
      <NativeSelect
        label={t('book')}
        value={grant.book}
        error={faultOf('book')}
        data={[...known, { value: '*', label: t('grants.everyBook') }]}
        onChange={(event) => onChange({ book: event.currentTarget.value })}
      />
      {kind === 'roles' ? (
        <>
          <NativeSelect
            label={t('grants.role')}
            value={grant.what}
            error={faultOf('role')}
            data={[...ROLE_NAMES]}
            onChange={(event) => onChange({ what: event.currentTarget.value })}
          />
          <TextInput
            label={t('grants.entity')}
            value={grant.entity}
            error={faultOf('entity')}
            onChange={(event) => onChange({ entity: event.currentTarget.value })}
          />
        </>
      ) : (
        <TextInput
          label={t('grants.right')}
          placeholder="balances:read"
          value={grant.what}
          error={faultOf('right')}
          onChange={(event) => onChange({ what: event.currentTarget.value })}
        />
      )}
      <TextInput
        type="date"
        label={t('grants.until')}
        value={grant.until}
        error={faultOf('until')}
        onChange={(event) => onChange({ until: event.currentTarget.value })}
      />
      {onRemove !== undefined && (
        <Button size="compact-sm" variant="default" mt={30} onClick={onRemove}>
          {t('remove')}
        </Button>
      )}
    </Group>
  )
}
