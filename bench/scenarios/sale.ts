import { check, type Entrant, interleaved, load } from '../entrants.ts'
import { countIn } from '../load/number-set.ts'
import { BOOK, STRICT_POLICY } from '../load/workload.ts'
import type { Contestant } from '../processes/contestants.ts'
import { bar, ratio } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { together } from './together.ts'

const STOCK = 100
const CONNECTIONS = 64
/** Never over before the buyers are through. */
const PATIENCE_SECONDS = 300

export const sale: Scenario = {
  name: 'sale',
  title: 'Flash sale: 10,000 buyers, stock 100',
  run: (bench) =>
    together(bench, ['straight', 'straight-chain', 'daybook'], async (contestants) => {
      const all = Object.values(contestants)
      for (const contestant of all) await warmUp(bench, contestant)
      const series = await interleaved(
        bench,
        all.map(
          (contestant): Entrant => ({
            name: contestant.name,
            measure: () => sell(bench, contestant, bench.plan.buyers),
          }),
        ),
      )
      return {
        about:
          `${bench.plan.buyers.toLocaleString('en')} buyers on ${CONNECTIONS} connections, a stock of ${STOCK}: one atomic batch each, a consumption ` +
          'of the item and an accrual for the buyer. All are answered, and exactly the stock is sold; latencies are those of refusals.',
        unit: 'buyers/s',
        series,
        verdicts: [bar('buyers ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 8)],
        checks: [`each sale sold exactly ${STOCK}, whoever held it`, ...(await Promise.all(all.map(check))).flat()],
      }
    }),
}

/** For as long as before any other load: a sale is over before much of what it runs has been compiled. */
async function warmUp(bench: Bench, contestant: Contestant): Promise<void> {
  const until = performance.now() + bench.plan.warmUpSeconds * 1_000
  do await sell(bench, contestant, Math.round(bench.plan.buyers / 5))
  while (performance.now() < until)
}

let items = 0

async function sell(bench: Bench, contestant: Contestant, buyers: number) {
  const item = `item-${++items}`
  await stock(contestant, item)
  const sold = await load(bench, contestant, {
    workload: { kind: 'sale', item },
    connections: CONNECTIONS,
    warmUpSeconds: 0,
    seconds: PATIENCE_SECONDS,
    requests: buyers,
  })
  const count = countIn(sold.acknowledged)
  if (count !== STOCK) throw new Wrong(`${contestant.name} sold ${count} of ${STOCK}`)
  return sold
}

async function stock({ http, name }: Contestant, item: string): Promise<void> {
  const body = { entity: item, policy: STRICT_POLICY, amount: String(STOCK), effectiveOn: '2026-06-01' }
  const answer = await fetch(`http://127.0.0.1:${http.port}/v1/books/${BOOK}/accruals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${http.key}`, 'content-type': 'application/json', 'idempotency-key': item },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Wrong(`${name} did not take the stock: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
}
