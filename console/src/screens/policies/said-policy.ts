import type { Schema } from '@daybook/client'

/** What of a policy is said in words. */
export type SaidPolicy = Omit<Schema<'Policy'>, 'position' | 'recordedAt' | 'hash'>
