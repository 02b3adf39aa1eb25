import { describe, expect, test } from 'vitest'
import { weaknessOf } from '../../src/identity/weak-password.ts'

const ADA = { email: 'ada.lovelace@analytical.example', name: 'Ada Lovelace' }

describe('a password is refused', () => {
  test.each([
    ['', 'too-short'],
    ['fourteen chars', 'too-short'],
    // A character is a code point.
    ['🎉'.repeat(14), 'too-short'],
    [`${'a long one '.repeat(12)}`, 'too-long'],
    ['123456789012345', 'expected'],
    ['987654321987654321', 'expected'],
    ['aaaaaaaaaaaaaaaaaaaa', 'expected'],
    ['abcabcabcabcabcabc', 'expected'],
    ['passwordpassword', 'expected'],
    ['Password123456789!', 'expected'],
    ['P@ssw0rdP@ssw0rd2026', 'expected'],
    ['qwertyuiopasdfghjkl', 'expected'],
    ['1q2w3e4r5t6y7u8i', 'expected'],
    ['Summer2026Summer2026', 'expected'],
    ['daybook-daybook-daybook', 'expected'],
    ['adalovelace-adalovelace', 'expected'],
    ['lovelace@analytical', 'expected'],
    ['correct horse battery staple', 'expected'],
  ])('%s: %s', (password, reason) => {
    expect(weaknessOf(password, ADA)).toMatchObject({ reason })
  })
})

describe('a password is taken', () => {
  test.each([
    'seven lamps over a quiet harbour',
    'gr4vel-tandem-ochre',
    'jz8KqWv2mT0rXbY',
    'vierzehn Möwen am Kai',
    '我喜欢在雨天的早晨慢慢走路回家',
    `${'a different word each time, '.repeat(4)}`,
  ])('%s', (password) => {
    expect(weaknessOf(password, ADA)).toBeUndefined()
  })
})
