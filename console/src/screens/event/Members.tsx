import { Text } from '@mantine/core'
import { useWords } from '../../words/words.tsx'

/** Everything that an object says, by the names that docs/reference/events.md has for it. */
export function Members({ value }: { readonly value: object }) {
  const { t } = useWords()
  const members: [string, unknown][] = Object.entries(value)
  if (members.length === 0) return <Text c="dimmed">{t('event.nothing')}</Text>
  return (
    <dl className="members">
      {members.map(([name, member]) => (
        <Member key={name} name={name} value={member} />
      ))}
    </dl>
  )
}

function Member({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <>
      <dt>
        <code>{name}</code>
      </dt>
      <dd>
        <Value value={value} />
      </dd>
    </>
  )
}

function Value({ value }: { readonly value: unknown }) {
  if (Array.isArray(value)) return <List items={value as unknown[]} />
  if (typeof value === 'object' && value !== null) return <Members value={value} />
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return <span className="numbers">{value === null ? '–' : text}</span>
}

function List({ items }: { readonly items: readonly unknown[] }) {
  const { t } = useWords()
  if (items.length === 0) return <Text c="dimmed">{t('event.nothing')}</Text>
  if (items.every((item) => typeof item !== 'object')) return <span>{items.join(', ')}</span>
  return (
    <ol className="members-list">
      {items.map((item) => (
        <li key={JSON.stringify(item)}>
          <Value value={item} />
        </li>
      ))}
    </ol>
  )
}
