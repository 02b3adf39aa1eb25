import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

// The scripts need a network, so they are run by hand; that each has its row, and pins what it names, is seen here.

const scripts = (await readdir('findings')).filter((name) => name.endsWith('.sh')).toSorted()
const page = await readFile('findings/README.md', 'utf8')

test('each script has one row, and each row a script', () => {
  const rows = [...page.matchAll(/^\| `([^`]+\.sh)` \|/gm)].map(([, name]) => name!)
  expect(rows).toEqual(scripts)
})

test.each(scripts)('%s installs the version that its row names', async (name) => {
  const text = await readFile(`findings/${name}`, 'utf8')
  // Of Debian's packages the version is that of what is packed; what installs the driver beside it is not what it is about.
  const [, debian] = /^apt-get install .* (\S+=\d+\.\d+\.\d+)-\S+/m.exec(text) ?? []
  const [, npm] = /^npm install .* (\S+@\d+\.\d+\.\d+)$/m.exec(text) ?? []
  const [, pip] = /^\S*pip install .* (\S+==\d+\.\d+\.\d+)$/m.exec(text) ?? []
  const pinned = debian ?? npm ?? pip
  const [, named] = new RegExp(`^\\| \`${name}\` \\| ([^|]+) \\|`, 'm').exec(page) ?? []
  expect(pinned?.replace(/==?|@/, ' ')).toBe(named)
})
