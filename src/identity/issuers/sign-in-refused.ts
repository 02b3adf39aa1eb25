/**
 * Why somebody is not signed in. `round-trip`: it was not begun in this browser, is over, or took too long; `login-server`: it did
 * not let them in; `token`: what it says of them is not taken.
 */
export type WhyRefused = 'round-trip' | 'login-server' | 'token'

/** Somebody is not signed in. What it says is for the log: it has no word of theirs, and none that a browser brought. */
export class SignInRefused extends Error {
  readonly why: WhyRefused

  constructor(why: WhyRefused, message: string) {
    super(message)
    this.name = 'SignInRefused'
    this.why = why
  }
}

/** A login server does not answer, or not as one does that knows this service. What it says is for the log. */
export class LoginServerAway extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'LoginServerAway'
  }
}
