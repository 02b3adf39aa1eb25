import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A range of addresses, as CIDR writes it. */
export type AddressRange = readonly [first: Address, bits: number]

/**
 * @param text CIDRs, or single addresses, with commas or spaces between them
 * @returns undefined where one of them is neither
 */
export function parseRanges(text: string): readonly AddressRange[] | undefined {
  const ranges = text.split(/[\s,]+/).filter((part) => part !== '')
  const parsed = ranges.map(rangeOf).filter((range) => range !== undefined)
  return parsed.length === ranges.length ? parsed : undefined
}

/**
 * Why an address is not called. Only addresses that anybody on the internet could call are: what is private, of this
 * machine, of its network or of many receivers at once is not, nor any that leads to such a one by another form.
 * @param allowed may be called all the same
 * @returns undefined where it may be called
 */
export function whyForbidden(text: string, allowed: readonly AddressRange[]): string | undefined {
  if (!ipaddr.isValid(text)) return 'not an address'
  const address = ipaddr.parse(text)
  if (isIn(address, allowed)) return undefined
  const inner = innerOf(address)
  if (inner.length === 0) return whyNotPublic(address)
  // Teredo names two: the server that is asked for the way, and whom the way leads to.
  return inner.map((one) => (isIn(one, allowed) ? undefined : whyNotPublic(one))).find((why) => why !== undefined)
}

/** Whether an address is this machine's own, by whatever form. */
export function isLoopback(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  return ipaddr.process(text).range() === 'loopback'
}

/** Whether an address lies in one of the ranges. */
export function isAmong(text: string, ranges: readonly AddressRange[]): boolean {
  return ipaddr.isValid(text) && isIn(ipaddr.process(text), ranges)
}

/** An address as it is written one way only: IPv4 inside IPv6 as IPv4, the zone of a link left out. @throws where it is none */
export function plainAddress(text: string): string {
  return ipaddr.process(text.replace(/%.*$/, '')).toString()
}

/** What one customer of a network is given: the /64 of an IPv6 address, which has 2^64 of them; an IPv4 address as it is. */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`
}

function rangeOf(text: string): AddressRange | undefined {
  if (ipaddr.isValidCIDR(text)) return plainRange(ipaddr.parseCIDR(text))
  // Short forms such as `10` are taken by some for a network and by others for 0.0.0.10.
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** An IPv4 range is looked for among IPv4 addresses, in whichever form it is written. */
function plainRange([first, bits]: [Address, number]): AddressRange {
  return first instanceof ipaddr.IPv6 && first.isIPv4MappedAddress() && bits >= 96
    ? [first.toIPv4Address(), bits - 96]
    : [first, bits]
}

function isIn(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(([first, bits]) => address.kind() === first.kind() && address.match(first, bits))
}

const NAT64_BYTES = [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]

/** The IPv4 addresses that an IPv6 one leads to: mapped, through NAT64, 6to4 or Teredo. */
function innerOf(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return []
  const bytes = address.toByteArray()
  const at = (first: number, flip = 0): ipaddr.IPv4 =>
    new ipaddr.IPv4(bytes.slice(first, first + 4).map((byte) => byte ^ flip))
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return [at(12)]
    case 'rfc6052':
      // In 64:ff9b:1::/48 the address may stand in several places: nobody can say where it leads.
      return NAT64_BYTES.every((byte, index) => bytes[index] === byte) ? [at(12)] : []
    case '6to4':
      return [at(2)]
    case 'teredo':
      return [at(4), at(12, 0xff)]
    default:
      return []
  }
}

/** All of IPv6 that is given out for use on the internet. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3')

function whyNotPublic(address: Address): string | undefined {
  const range = address.range()
  if (range !== 'unicast') return WORDS[range] ?? 'not of the internet'
  if (address instanceof ipaddr.IPv6 && !address.match(GIVEN_OUT)) return 'not of the internet'
  return undefined
}

const WORDS: Readonly<Record<string, string>> = {
  unspecified: 'of no machine (0.0.0.0/8 or ::)',
  loopback: 'loopback',
  private: 'private',
  uniqueLocal: 'private',
  deprecatedSiteLocal: 'private',
  linkLocal: 'link-local',
  multicast: 'multicast',
  broadcast: 'broadcast',
  carrierGradeNat: 'of a carrier (100.64.0.0/10)',
}
