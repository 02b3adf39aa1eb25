import { describe, expect, test } from 'vitest'
import { isLoopback, parseRanges, whyForbidden } from '../../src/outgoing/ranges.ts'

const forbidden: [address: string, why: string][] = [
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'of no machine'],
  ['0.1.2.3', 'of no machine'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'link-local'],
  ['100.64.0.1', 'of a carrier'],
  ['100.127.255.255', 'of a carrier'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['192.0.2.1', 'not of the internet'],
  ['198.18.0.1', 'not of the internet'],
  ['240.0.0.1', 'not of the internet'],
  ['::', 'of no machine'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['fec0::1', 'private'],
  ['fc00::1', 'private'],
  ['fd12:3456::1', 'private'],
  ['ff02::1', 'multicast'],
  ['100::1', 'not of the internet'],
  ['2001:db8::1', 'not of the internet'],
  ['4000::1', 'not of the internet'],
  // Of IPv4, in each form that leads there.
  ['::127.0.0.1', 'loopback'],
  ['::7f00:1', 'not of the internet'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:0:10.0.0.1', 'private'],
  ['::ffff:a9fe:a9fe', 'link-local'],
  ['64:ff9b::127.0.0.1', 'loopback'],
  ['64:ff9b::a00:1', 'private'],
  ['64:ff9b:1::a00:1', 'not of the internet'],
  ['64:ff9b:1:7f00:0:100::', 'not of the internet'],
  ['64:ff9b:1::808:808', 'not of the internet'],
  ['2002:7f00:1::', 'loopback'],
  ['2002:a9fe:a9fe::1', 'link-local'],
  ['2002:c0a8:101::', 'private'],
  // Teredo: the server is public and whom it leads to is 10.0.0.1, bits turned over; then the other way round.
  ['2001:0:808:808:0:0:f5ff:fffe', 'private'],
  ['2001:0:a00:1:0:0:f7f7:f7f7', 'private'],
  ['localhost', 'not an address'],
  ['', 'not an address'],
]

const callable = [
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2002:808:808::1',
  '2001:0:808:808:0:0:f7f7:f7f7',
]

describe('which addresses are called', () => {
  test.each(forbidden)('%s is not: %s', (address, why) => {
    expect(whyForbidden(address, [])).toContain(why)
  })

  test.each(callable)('%s is', (address) => {
    expect(whyForbidden(address, [])).toBeUndefined()
  })

  test('what is named is called, in each form that leads there, and nothing beside it', () => {
    const allowed = parseRanges('10.1.0.0/16, fd00:1::/32 127.0.0.2')!
    for (const address of [
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '64:ff9b::a01:203',
      '2002:a01:203::',
      'fd00:1::7',
      '127.0.0.2',
    ]) {
      expect(whyForbidden(address, allowed), address).toBeUndefined()
    }
    for (const address of ['10.2.0.1', '::ffff:10.2.0.1', 'fd00:2::7', '127.0.0.1', '::1']) {
      expect(whyForbidden(address, allowed), address).toBeDefined()
    }
  })

  test('the form of an address may be named as well, and a range in the mapped form is the range', () => {
    expect(whyForbidden('64:ff9b:1::a00:1', parseRanges('64:ff9b:1::/48')!)).toBeUndefined()
    expect(whyForbidden('10.0.0.1', parseRanges('::ffff:10.0.0.0/104')!)).toBeUndefined()
  })
})

test('ranges are CIDRs and whole addresses, and nothing that is read in two ways', () => {
  expect(parseRanges('10.0.0.0/8 ::1')).toHaveLength(2)
  expect(parseRanges('')).toEqual([])
  for (const text of ['10', '10.0.0.0/33', '10.0.0.0/', 'intranet', '0x7f.1', '010.0.0.1', '10.0.0.1;::1']) {
    expect(parseRanges(text), text).toBeUndefined()
  }
})

test('loopback is this machine, by whatever form', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].filter(isLoopback)).toHaveLength(4)
  expect(['10.0.0.1', '0.0.0.0', '::', 'localhost', '2002:7f00:1::'].filter(isLoopback)).toEqual([])
})
