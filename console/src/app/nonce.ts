/** What the policy of the page lets styles in by; each answer has another one. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

// The package that locks scrolling behind a dialog looks there.
Object.assign(globalThis, { __webpack_nonce__: nonce() })
