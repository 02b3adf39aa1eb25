import type { Board } from './server.ts'

const buy = document.querySelector<HTMLButtonElement>('#buy')!
const crowd = document.querySelector<HTMLButtonElement>('#crowd')!
const user = document.querySelector<HTMLSelectElement>('#user')!
let item = ''
/** Names the purchase that is meant now: the same until its outcome is known, however often it is sent. */
let key = crypto.randomUUID()

buy.addEventListener('click', () => void buyOne())
crowd.addEventListener('click', () => void fetch('api/crowd', { method: 'POST' }))
user.addEventListener('change', () => {
  key = crypto.randomUUID()
})
const live = new EventSource('api/live')
live.onmessage = ({ data }: MessageEvent<string>) => show(JSON.parse(data) as Board)
live.onerror = () => write('#line', 'The shop does not answer. The numbers may be old.')

async function buyOne(): Promise<void> {
  // Before anything is sent: a second click has nothing to hit.
  buy.disabled = true
  try {
    const body = JSON.stringify({ user_id: user.value, item_id: item })
    const answer = await fetch('api/purchase', { method: 'POST', headers: { 'idempotency-key': key }, body })
    const { detail } = (await answer.json()) as { detail: string }
    if (answer.status === 500) throw new Error(detail)
    key = crypto.randomUUID()
    write('#said', answer.ok ? detail : `Not bought (${answer.status}): ${detail}`)
  } catch {
    write('#said', 'Nobody knows whether that is bought. Click again: it will be the same purchase.')
  }
  buy.disabled = false
}

function show({ answers, ...board }: Board): void {
  item = board.item
  write('#line', `${board.item}: ${board.left} left, ${board.sold} sold`)
  write(
    '#answers',
    Object.entries(answers)
      .map(([status, count]) => `${count} × ${status}`)
      .join(', '),
  )
  crowd.disabled = board.isCrowded
}

function write(selector: string, text: string): void {
  document.querySelector(selector)!.textContent = text
}
