import { paidFor, recordEncashment } from '../../commands/record-encashment.ts'
import { Encashment } from '../../contract/schemas/lines.ts'
import { BookPath, CommandHeaders, CommandQuery } from '../../contract/schemas/parameters.ts'
import { RecordedEncashment } from '../../contract/schemas/replies.ts'
import type { CommandBackend } from '../backend.ts'
import { previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { answerOf } from '../edge/answer.ts'
import { record } from '../edge/recording.ts'
import type { App } from '../route.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function encashmentRoutes(app: App, backend: CommandBackend): void {
  app.post('/books/:book/encashments', { schema: RECORD_ENCASHMENT }, (request, reply) =>
    record(backend, request, reply, {
      type: 'encashments',
      make: (caller) => recordEncashment(caller, request.body),
      answer: (command, verdict, how) => answerOf(command, verdict, how, priceOf),
    }),
  )
}

function priceOf(said: { readonly dataText: string }): string {
  const { rate, money } = paidFor(said)
  return `"rate":${JSON.stringify(rate)},"money":${JSON.stringify(money)},`
}

const RECORD_ENCASHMENT = {
  ...operation({
    id: 'recordEncashment',
    tag: 'Earning',
    summary: 'Pay out',
    description:
      'Pays leave out instead of having it taken: an adjustment with the rule `encashment`. It is held to what the policy says ' +
      'of `encashment` on its day; else 422 `rule-violated`. `encashment-keep-back`: too little would be left on the day or on a ' +
      'later one, with all that is booked by then. `encashment-most`: it is more than is paid out in one leave year, not ' +
      'counting what was reversed. Where the policy says nothing, all that there is may be paid out; overdraft is for leave ' +
      'alone.',
    answers: { 201: recorded(RecordedEncashment), 200: previewed(RecordedEncashment) },
    problems: [
      ...RECORD_PROBLEMS,
      'own-account',
      'unknown-policy',
      'scale-exceeded',
      'insufficient-balance',
      'rule-violated',
    ],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: Encashment,
}
