import { connect, must, type Schema } from '@daybook/client'
import { useQuery } from '@tanstack/react-query'
import { SERVICE } from '../../api/client.ts'
import { type Sample, samplesIn } from './metrics.ts'

const EVERY_MS = 5_000

/** Asked once each time, as it is: whether the service is well is not waited for. */
const once = connect({ url: SERVICE, patience: { attempts: 1 } })

/** @returns null: it is ready; else what keeps it from its work */
export function useReadiness() {
  return useQuery({
    queryKey: ['service', 'ready'],
    async queryFn({ signal }): Promise<string | null> {
      const { error } = await once.GET('/readyz', { parseAs: 'text', signal })
      return error === undefined ? null : error.detail
    },
    refetchInterval: EVERY_MS,
  })
}

/** @returns its checks; undefined: they are not for whoever asks from elsewhere */
export function useChecks() {
  return useQuery({
    queryKey: ['service', 'health'],
    async queryFn({ signal }): Promise<Schema<'Health'>> {
      const { data, error } = await once.GET('/health', { signal })
      // It says how it is also where it is not well.
      const health = data ?? error
      if (health === undefined || !('status' in health) || typeof health.status !== 'string')
        throw new Error('no health')
      return health
    },
    refetchInterval: EVERY_MS,
  })
}

/** What the process counts that answers. @throws Refused to whoever asks from elsewhere */
export function useMetrics({ enabled }: { readonly enabled: boolean }) {
  return useQuery({
    queryKey: ['service', 'metrics'],
    async queryFn({ signal }): Promise<readonly Sample[]> {
      // A cast: a text is what is asked for.
      return samplesIn((await must<unknown>(once.GET('/metrics', { parseAs: 'text', signal }))) as string)
    },
    refetchInterval: EVERY_MS,
    enabled,
  })
}
