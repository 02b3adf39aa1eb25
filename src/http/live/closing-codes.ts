/** Why the service ends a WebSocket: codes of RFC 6455, section 7.4, and of the register that it began. */
export const GOING_AWAY = 1001
export const NOT_TEXT = 1003
export const NOT_JSON = 1007
export const AGAINST_RULES = 1008
export const FAILED = 1011
export const TRY_AGAIN_LATER = 1013
