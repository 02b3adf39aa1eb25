import type { Sums } from './account/account.ts'
import { MAX_SCALE, type Minor, rescale, toMinor } from './quantity.ts'
import type { Component } from './transaction.ts'

/*
 * Quantities of policies with any scale, in minor units at the finest scale there is. They add up without knowing the
 * policy, which may have become finer over the years.
 */

const ONE = unitAt(0)

/** What one minor unit of a scale is at the finest scale. */
export function unitAt(scale: number): Minor {
  return rescale(1n, scale, MAX_SCALE)
}

/**
 * Reads a recorded quantity.
 * @throws Error where it is none, or finer than any policy
 */
export function exactFrom(text: string): Minor {
  if (text === '0') return 0n
  const minor = toMinor(text, MAX_SCALE)
  if (minor === 'scale-exceeded') throw new Error(`${text} is finer than any policy may count`)
  return minor
}

/** Without trailing zeros, as `trim_scale` prints it. */
export function printExact(exact: Minor): string {
  if (exact === 0n) return '0'
  if (exact % ONE === 0n) return (exact / ONE).toString()
  const digits = (exact < 0n ? -exact : exact).toString().padStart(MAX_SCALE + 1, '0')
  let end = digits.length
  while (digits.charCodeAt(end - 1) === ZERO) end--
  const point = digits.length - MAX_SCALE
  return `${exact < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point, end)}`
}

const ZERO = 48

/**
 * The same quantity in minor units at a policy's scale.
 * @throws Error where it is finer. The scale of a policy never falls, so a sum of what was recorded under it never is.
 */
export function atPolicyScale(exact: Minor, scale: number): Minor {
  const unit = unitAt(scale)
  if (exact % unit !== 0n) throw new Error(`${printExact(exact)} is finer than its policy’s scale of ${scale}`)
  return exact / unit
}

/**
 * Sums after one more amount.
 * @throws Error where the component is none
 */
export function plusAmount([accrued, consumed, pending, adjusted]: Sums, component: Component, amount: Minor): Sums {
  switch (component) {
    case 'accrued':
      return [accrued + amount, consumed, pending, adjusted]
    case 'consumed':
      return [accrued, consumed + amount, pending, adjusted]
    case 'pending':
      return [accrued, consumed, pending + amount, adjusted]
    case 'adjusted':
      return [accrued, consumed, pending, adjusted + amount]
    default:
      throw new Error(`there is no component ${String(component satisfies never)}`)
  }
}
