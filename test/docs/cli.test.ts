import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/daybook/commands.ts'
import { aboutOne, helpOfAll } from '../../src/cli/daybook/help.ts'

// docs/reference/cli.md shows what --help prints, of every command and in the order of the list.

const path = fileURLToPath(new URL('../../docs/reference/cli.md', import.meta.url))

test('the page shows what --help prints', async () => {
  const page = await readFile(path, 'utf8')
  const [introduction] = page.split(/^## daybook$/m)
  const sections = [
    ['daybook', helpOfAll(commands)],
    ...commands.map((command) => [`daybook ${command.name}`, aboutOne(command)]),
  ]
  const expected = sections.map(([title, help]) => `## ${title}\n\n\`\`\`text\n${help}\n\`\`\`\n`).join('\n')
  await expect(`${introduction}${expected}`).toMatchFileSnapshot(path)
})
