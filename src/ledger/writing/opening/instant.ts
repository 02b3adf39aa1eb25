/** How the server prints an instant of its own clock: RFC 3339, UTC, milliseconds. */
export const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`
