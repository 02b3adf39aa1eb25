import { expect, test } from 'vitest'
import { policyYear } from '../../scripts/pictures/policy-year.ts'
import { membersOfPolicy, membersTold, policyPage } from './policy-page.ts'

/*
 * docs/reference/policy.md and its picture. Refreshed by: npm test -- test/docs/policy.test.ts --update
 */

test('the page is what the schema says', async () => {
  await expect(policyPage()).toMatchFileSnapshot('../../docs/reference/policy.md')
})

test('every member of a policy is told, once', () => {
  expect(membersTold().toSorted()).toEqual(membersOfPolicy().toSorted())
})

test('every row says what the member means', () => {
  const rows = policyPage().match(/^\| (\*\*)?`.*$/gm) ?? []
  expect(rows.length).toBeGreaterThan(80)
  expect(rows.filter((row) => /\|\s*\|/.test(row))).toEqual([])
})

test('the picture is what the rules come to', async () => {
  expect(policyYear()).toBe(policyYear())
  await expect(policyYear()).toMatchFileSnapshot('../../docs/reference/policy-year.svg')
})
