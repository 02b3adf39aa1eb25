import { exampleOf, followed, nameOf } from './example-of.js'

/*
 * The documentation of the API, made in the browser of the document that the service serves. Everything that the document
 * says gets into the page as text; nothing of it is run.
 */

/** @typedef {{ [member: string]: any }} Json */
/** @typedef {{ method: string, path: string, operation: Json }} Call */

/** Where the service is, with the prefix of its paths where it has one. */
const BASE = new URL('.', location.href).href.replace(/\/$/, '')
const KEY = 'daybook-docs-key'

const main = /** @type {HTMLElement} */ (document.querySelector('main'))
const keyField = /** @type {HTMLInputElement} */ (document.querySelector('#key'))
const search = /** @type {HTMLInputElement} */ (document.querySelector('#search'))

/** @type {Json} */
const openApi = await fetch(`${BASE}/openapi.json`).then((answer) => answer.json())
/** @type {Record<string, Json>} */
const schemas = openApi.components.schemas

keyField.value ||= sessionStorage.getItem(KEY) ?? ''
keyField.addEventListener('input', () => sessionStorage.setItem(KEY, keyField.value))
search.addEventListener('input', showFound)
show()
// Whoever was faster than the document has asked already.
if (search.value !== '') showFound()
openAddressed()
addEventListener('hashchange', openAddressed)

function show() {
  /** @type {Call[]} */
  const calls = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const byTag = Map.groupBy(calls, ({ operation }) => operation.tags?.[0] ?? 'Other')
  main.replaceChildren(
    element('details', { class: 'about' }, [
      element('summary', {}, ['About this API']),
      prose(openApi.info.description),
    ]),
    ...openApi.tags
      .filter((/** @type {Json} */ { name }) => byTag.has(name))
      .map((/** @type {Json} */ tag) => tagOf(tag, byTag.get(tag.name) ?? [])),
  )
}

/**
 * @param {Json} tag
 * @param {Call[]} calls
 */
function tagOf({ name, description }, calls) {
  return element('details', { class: 'tag', id: `tag-${name}` }, [
    element('summary', {}, [
      element('h2', {}, [name]),
      element('span', { class: 'what' }, [description]),
      element('span', { class: 'count' }, [String(calls.length)]),
    ]),
    ...calls.map(callOf),
  ])
}

/** @param {Call} call */
function callOf(call) {
  const { method, path, operation } = call
  const words = `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase()
  const shown = element('details', { class: 'call', id: operation.operationId, 'data-words': words }, [
    element('summary', {}, [
      element('span', { class: `method ${method.toLowerCase()}` }, [method]),
      element('code', { class: 'path' }, [path]),
      element('span', { class: 'what' }, [operation.summary]),
    ]),
  ])
  shown.addEventListener('toggle', () => {
    if (/** @type {HTMLDetailsElement} */ (shown).open && shown.childElementCount === 1) shown.append(...inside(call))
  })
  return shown
}

/**
 * @param {Call} call
 * @returns {Node[]}
 */
function inside({ method, path, operation }) {
  const parameters = operation.parameters ?? []
  const body = operation.requestBody?.content?.['application/json']
  /** @type {Map<Json, HTMLInputElement>} */
  const fields = new Map(parameters.map((/** @type {Json} */ parameter) => [parameter, fieldOf(operation, parameter)]))
  const text = body === undefined ? undefined : bodyField(operation, body)
  const answer = element('div', { class: 'answer', 'aria-live': 'polite' }, [])
  const curl = element('pre', { class: 'curl' }, [])
  const asked = (/** @type {boolean} */ dryRun) => askedBy({ method, path, fields, text, dryRun })
  const refresh = () => {
    curl.textContent = curlOf(asked(false))
  }
  const send = async (/** @type {boolean} */ dryRun) => {
    answer.replaceChildren(element('p', {}, ['…']))
    answer.replaceChildren(...(await answered(asked(dryRun))))
    if (!dryRun) renewKeys(fields)
    refresh()
  }
  const form = element('form', {}, [
    ...(parameters.length > 0 ? [parametersTable(fields)] : []),
    ...(text === undefined ? [] : [element('label', { class: 'body' }, [element('span', {}, ['Body']), text])]),
    element('p', { class: 'send' }, [
      element('button', { type: 'submit' }, ['Send']),
      ...(parameters.some((/** @type {Json} */ { name }) => name === 'dryRun')
        ? [button('Try without recording', () => send(true))]
        : []),
    ]),
    curl,
  ])
  form.addEventListener('input', refresh)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send(false)
  })
  refresh()
  return [
    prose(operation.description ?? ''),
    ...rightOf(operation),
    form,
    answer,
    ...(body === undefined ? [] : [section('What the body may hold', [membersOf(body.schema, 0)])]),
    section(
      'Answers',
      Object.entries(operation.responses).map(([status, response]) => responseOf(status, response)),
    ),
  ]
}

/** @param {Json} operation */
function rightOf(operation) {
  const right = operation['x-right']
  if (right === undefined) return []
  return [
    element('p', { class: 'right' }, [
      'Needs ',
      element('code', {}, [right.right]),
      ` (of whose data: at least ${right.least})`,
    ]),
  ]
}

/**
 * Empty where it may be left out: an example that was sent with every call would change what most calls do.
 * @param {Json} operation
 * @param {Json} parameter
 */
function fieldOf(operation, { name, required, schema, in: where, example }) {
  const shownBy = example ?? schema.examples?.[0] ?? schema.enum?.[0] ?? schema.default
  const value = isKey(name) ? newKey() : required ? (shownBy ?? '') : ''
  return /** @type {HTMLInputElement} */ (
    element('input', {
      name,
      value: String(value),
      id: `${operation.operationId}-${where}-${name}`,
      autocomplete: 'off',
      spellcheck: 'false',
      ...(required ? { required: '' } : {}),
      ...(required || shownBy === undefined ? {} : { placeholder: `such as ${shownBy}` }),
    })
  )
}

/** @param {Map<Json, HTMLInputElement>} fields */
function renewKeys(fields) {
  for (const [{ name }, field] of fields) if (isKey(name)) field.value = newKey()
}

/** @param {string} name */
function isKey(name) {
  return name === 'Idempotency-Key'
}

function newKey() {
  return `docs-${crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`}`
}

/**
 * @param {Json} operation
 * @param {Json} body
 */
function bodyField({ operationId }, { schema, example }) {
  const text = JSON.stringify(example ?? exampleOf(schema, schemas), null, 2)
  const rows = Math.min(text.split('\n').length, 24)
  const field = /** @type {HTMLTextAreaElement} */ (
    element('textarea', { id: `${operationId}-body`, rows: String(rows), spellcheck: 'false' })
  )
  field.value = text
  return field
}

/** @param {Map<Json, HTMLInputElement>} fields */
function parametersTable(fields) {
  const rows = [...fields].map(([{ name, in: where, required, description }, field]) =>
    element('tr', {}, [
      element('th', { scope: 'row' }, [
        element('label', { for: field.id }, [element('code', {}, [name])]),
        element('span', { class: 'where' }, [where, ...(required ? [', required'] : [])]),
      ]),
      element('td', {}, [field, prose(description ?? '')]),
    ]),
  )
  return element('table', {}, [element('tbody', {}, rows)])
}

/** @param {{ method: string, path: string, fields: Map<Json, HTMLInputElement>, text: HTMLTextAreaElement | undefined, dryRun: boolean }} call */
function askedBy({ method, path, fields, text, dryRun }) {
  /** @type {Json[]} */
  const all = [...fields].map(([parameter, { value }]) => ({ ...parameter, value }))
  const given = all.filter(({ value }) => value !== '')
  const of = (/** @type {string} */ where) => given.filter((one) => one.in === where)
  const query = new URLSearchParams(of('query').map(({ name, value }) => [name, value]))
  if (dryRun) query.set('dryRun', 'true')
  const filled = of('path').reduce(
    (whole, { name, value }) => whole.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  )
  const headers = Object.fromEntries(of('header').map(({ name, value }) => [name, value]))
  if (keyField.value !== '') headers['Authorization'] = `Bearer ${keyField.value}`
  if (text !== undefined) headers['Content-Type'] = 'application/json'
  return { method, url: `${BASE}${filled}${query.size > 0 ? `?${query}` : ''}`, headers, body: text?.value }
}

/** @param {ReturnType<typeof askedBy>} asked */
async function answered({ method, url, headers, body }) {
  const before = performance.now()
  try {
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await answer.text()
    const ms = Math.round(performance.now() - before)
    const said = ['daybook-position', 'idempotency-replayed', 'retry-after', 'location'].flatMap((name) => {
      const value = answer.headers.get(name)
      return value === null ? [] : [element('li', {}, [element('code', {}, [`${name}: ${value}`])])]
    })
    return [
      element('p', { class: answer.ok ? 'good' : 'bad' }, [
        `${answer.status} ${answer.statusText}`.trim(),
        element('span', { class: 'took' }, [` ${ms} ms`]),
      ]),
      ...(said.length > 0 ? [element('ul', { class: 'said' }, said)] : []),
      element('pre', {}, [pretty(text)]),
    ]
  } catch (error) {
    return [element('p', { class: 'bad' }, [`No answer: ${String(error)}`])]
  }
}

/** @param {ReturnType<typeof askedBy>} asked */
function curlOf({ method, url, headers, body }) {
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "'\\''")}'`
  const shown = Object.entries(headers).map(([name, value]) =>
    name === 'Authorization' ? '-H "Authorization: Bearer $KEY"' : `-H ${quoted(`${name}: ${value}`)}`,
  )
  return [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    quoted(url),
    ...shown,
    ...(body === undefined ? [] : ['-d', quoted(compact(body))]),
  ].join(' ')
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** @param {string} text */
function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

/**
 * @param {string} status
 * @param {Json} response
 */
function responseOf(status, { description, content = {} }) {
  const isGood = status < '300'
  const shown = Object.entries(content).map(([type, { schema, example }]) => {
    const value = example ?? exampleOf(schema, schemas)
    const text = typeof value === 'string' ? undefined : JSON.stringify(value, null, 2)
    return element('div', {}, [
      element('p', {}, [element('code', {}, [type])]),
      ...(text === undefined
        ? [prose(followed(schema, schemas).description ?? '')]
        : [element('pre', {}, [text]), membersOf(schema, 0)]),
    ])
  })
  return element('details', { class: isGood ? 'response good' : 'response bad', ...(isGood ? { open: '' } : {}) }, [
    element('summary', {}, [element('strong', {}, [status]), ' ', ...inline(description)]),
    ...shown,
  ])
}

/**
 * The members of an object, each with what it may hold; what they hold themselves is there when it is asked for.
 * @param {Json} schema
 * @param {number} depth
 * @returns {Node}
 */
function membersOf(schema, depth) {
  const own = followed(schema, schemas)
  const choices = own.oneOf ?? own.anyOf
  if (choices !== undefined)
    return element(
      'ul',
      { class: 'members' },
      choices.map((/** @type {Json} */ choice) =>
        element('li', {}, [folded(nameOf(choice) ?? typeOf(choice), choice, depth)]),
      ),
    )
  if (own.items !== undefined) return element('div', {}, ['Each: ', membersOf(own.items, depth)])
  const required = new Set(own.required ?? [])
  const members = Object.entries(own.properties ?? {}).map(([name, member]) =>
    element('li', {}, [
      element('code', {}, [name]),
      element('span', { class: 'type' }, [` ${typeOf(member)}${required.has(name) ? '' : ', optional'}`]),
      prose(followed(member, schemas).description ?? ''),
      ...(isNested(member) ? [folded('more', member, depth)] : []),
    ]),
  )
  return members.length === 0
    ? element('p', { class: 'type' }, [typeOf(schema)])
    : element('ul', { class: 'members' }, members)
}

/**
 * @param {string} name
 * @param {Json} schema
 * @param {number} depth
 */
function folded(name, schema, depth) {
  const shown = element('details', {}, [element('summary', {}, [name])])
  shown.addEventListener('toggle', () => {
    if (shown.childElementCount === 1) shown.append(membersOf(schema, depth + 1))
  })
  return shown
}

/**
 * @param {Json} schema
 * @returns {boolean}
 */
function isNested(schema) {
  const own = followed(schema, schemas)
  return (
    own.properties !== undefined ||
    own.oneOf !== undefined ||
    own.anyOf !== undefined ||
    (own.items !== undefined && isNested(own.items))
  )
}

/**
 * @param {Json} schema
 * @returns {string}
 */
function typeOf(schema) {
  const own = followed(schema, schemas)
  if (own.const !== undefined) return JSON.stringify(own.const)
  if (own.enum !== undefined) return own.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(' or ')
  if (own.oneOf !== undefined || own.anyOf !== undefined) return 'one of several'
  const type = [own.type ?? 'anything'].flat().join(' or ')
  return own.items === undefined ? (own.format ?? type) : `list of ${typeOf(own.items)}`
}

/**
 * @param {string} title
 * @param {Node[]} children
 */
function section(title, children) {
  return element('section', {}, [element('h3', {}, [title]), ...children])
}

/** Paragraphs of Markdown as the document has it. @param {string} text */
function prose(text) {
  const paragraphs = text.split('\n\n').filter((paragraph) => paragraph !== '')
  return element(
    'div',
    { class: 'prose' },
    paragraphs.map((paragraph) => element('p', {}, inline(paragraph))),
  )
}

/**
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`') && part.length > 1) return element('code', {}, [part.slice(1, -1)])
    return part.startsWith('**') ? element('strong', {}, [part.slice(2, -2)]) : part
  })
}

function showFound() {
  const asked = search.value.trim().toLowerCase().split(/\s+/)
  for (const tag of main.querySelectorAll('details.tag')) {
    const calls = /** @type {HTMLElement[]} */ ([...tag.querySelectorAll('details.call')])
    for (const call of calls) call.hidden = !asked.every((word) => call.dataset['words']?.includes(word))
    const found = calls.some((call) => !call.hidden)
    Object.assign(tag, { hidden: !found, open: search.value.trim() !== '' && found })
  }
}

/** `/docs#recordAccrual` opens that call. */
function openAddressed() {
  const found = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)))
  for (let at = found; at !== null; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true
  found?.scrollIntoView()
}

/**
 * @param {string} text
 * @param {() => unknown} onClick
 */
function button(text, onClick) {
  const made = element('button', { type: 'button', class: 'second' }, [text])
  made.addEventListener('click', onClick)
  return made
}

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElement}
 */
function element(name, attributes = {}, children = []) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}
