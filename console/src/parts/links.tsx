import { Anchor, Button } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'

// The library's own, with addresses that the router knows.

type LinkProps = Omit<ComponentProps<'a'>, 'color' | 'style'>

export const AnchorLink = createLink((props: LinkProps) => <Anchor size="sm" underline="always" {...props} />)

export const ButtonLink = createLink((props: LinkProps) => <Button component="a" variant="default" {...props} />)

/** To the event that recorded something. */
export function EventLink({ position, children }: { readonly position: number | string; readonly children?: string }) {
  return (
    <AnchorLink to="/event/$position" params={{ position: String(position) }} className="numbers">
      {children ?? position}
    </AnchorLink>
  )
}

/** A transaction is `<position>.<line>`. */
export function positionOf(transaction: string): string {
  return transaction.slice(0, transaction.indexOf('.'))
}
