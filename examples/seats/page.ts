import type { Outcome, SeenSeat, Verb } from './hall.ts'

const offline = document.querySelector<HTMLElement>('#offline')!
/** Names this tab: it is not told what it did itself. */
let tab = ''
const known = new Map<string, SeenSeat>()
/** Seats that were clicked, as they will be if the answer is yes. Until it comes they are busy. */
const wished = new Map<string, SeenSeat>()
const WISHES = { hold: 'held', take: 'sold', release: 'free' } as const
let live = listen()

document.addEventListener('click', ({ target }) => {
  const { parentElement, dataset } = target as HTMLElement
  const seat = known.get(parentElement?.id ?? '')
  if (seat !== undefined && !wished.has(seat.id)) void act(dataset['verb'] as Verb, seat)
})

/** After a break the browser comes back by itself, and says up to where it has heard. */
function listen(): EventSource {
  tab = crypto.randomUUID()
  const source = new EventSource(`api/live?tab=${tab}`)
  source.onopen = () => offline.replaceChildren()
  source.onerror = () => offline.replaceChildren('Offline. What you see may be old.')
  source.onmessage = ({ data }: MessageEvent<string>) => (JSON.parse(data) as SeenSeat[]).forEach(learn)
  return source
}

async function act(verb: Verb, seat: SeenSeat): Promise<void> {
  const { id, version, hold } = seat
  wished.set(id, { ...seat, state: WISHES[verb], mine: verb !== 'release', until: '' })
  draw(id)
  const outcome = await send(`api/seats/${id}/${verb}?tab=${tab}&version=${version}&hold=${hold}`)
  if ('seat' in outcome) learn(outcome.seat)
  wished.delete(id)
  draw(id)
  if (outcome.status === 409) toast(`${id}: ${reason(verb, outcome.seat)}`)
  if ('seat' in outcome) return
  toast(`${id}: no answer. Look what it is now.`)
  // It may have been done: everything is asked for again, under another name, and so what this tab did is told as well.
  live.close()
  live = listen()
}

/** With the same key each time: done once, however often the answer is lost. */
async function send(address: string): Promise<Outcome> {
  const headers = { 'idempotency-key': crypto.randomUUID() }
  for (let waitMs = 300; waitMs < 5_000; waitMs *= 2) {
    try {
      const answer = await fetch(address, { method: 'POST', headers, signal: AbortSignal.timeout(20_000) })
      return (await answer.json()) as Outcome
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
  return { status: 500 }
}

function reason(verb: Verb, { state }: SeenSeat): string {
  if (verb !== 'hold') return 'your time is over.'
  if (state === 'sold') return 'somebody else has bought it.'
  return state === 'held' ? 'somebody else was faster.' : 'somebody had it meanwhile. It is free again.'
}

function learn(seat: SeenSeat): void {
  if (seat.position < (known.get(seat.id)?.position ?? 0)) return
  known.set(seat.id, seat)
  draw(seat.id)
}

function draw(id: string): void {
  const { state, mine, until } = wished.get(id) ?? known.get(id)!
  const item = document.getElementById(id) ?? place(id)
  const [hold, ...others] = item.querySelectorAll('button')
  const isHeldHere = mine && state === 'held'
  const end = isHeldHere && until !== '' ? ` until ${new Date(until).toLocaleTimeString()}` : ''
  hold!.textContent = `${id} ${mine ? 'yours, ' : ''}${state}${end}`
  hold!.disabled = wished.has(id) || state !== 'free'
  for (const other of others) Object.assign(other, { hidden: !isHeldHere, disabled: wished.has(id) })
  Object.assign(item, { className: mine ? 'mine' : state, ariaBusy: String(wished.has(id)) })
}

function place(id: string): HTMLElement {
  const others = `<button data-verb="take">Buy ${id}</button><button data-verb="release">Let go of ${id}</button>`
  document
    .querySelector('#hall')!
    .insertAdjacentHTML('beforeend', `<li id="${id}"><button data-verb="hold"></button>${others}</li>`)
  return document.getElementById(id)!
}

function toast(text: string): void {
  const shown = Object.assign(document.createElement('p'), { textContent: text })
  document.querySelector('#toasts')!.append(shown)
  setTimeout(() => shown.remove(), 10_000)
}
