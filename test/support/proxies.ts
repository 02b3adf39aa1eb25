import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './service.ts'
import { temporaryFolder } from './test-run.ts'

/** nginx and HAProxy with the configuration of the guide, on a free port, with a certificate for 127.0.0.1. */

export type ProxyName = 'nginx' | 'haproxy'

export interface Proxy {
  /** https: */
  readonly url: string
  /** What it wrote of each call. */
  log(): Promise<string>
  stop(): Promise<void>
}

export interface Certificate {
  /** PEM: certificate and key. */
  readonly file: string
  readonly certificate: string
}

const PAGE = 'docs/guides/behind-a-proxy.md'

/** The program of this machine; undefined where it is not here, which is said. */
export function findProxy(name: ProxyName): string | undefined {
  const found = programIn(name)
  if (found === undefined) console.warn(`SKIPPED: no ${name} here (apt-get install nginx-light haproxy).`)
  else if (programIn('openssl') === undefined) console.warn(`SKIPPED: ${name} is not tried: no openssl here.`)
  else return found
  return undefined
}

/** Of 127.0.0.1, signed by itself. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await temporaryFolder()
  const [key, certificate, file] = ['key', 'certificate', 'tls.pem'].map((name) => join(folder, name))
  execFileSync(
    programIn('openssl')!,
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
      .concat(['-addext', 'subjectAltName=IP:127.0.0.1'])
      .concat(['-keyout', key!, '-out', certificate!]),
    { stdio: 'ignore' },
  )
  const text = await readFile(certificate!, 'utf8')
  await writeFile(file!, text + (await readFile(key!, 'utf8')), { mode: 0o600 })
  return { file: file!, certificate: text }
}

/** @param servers such as `127.0.0.1:3000`, in the order in which calls come to them @throws what the program objects to */
export async function startProxy(
  name: ProxyName,
  { file }: Certificate,
  servers: readonly [string, string],
): Promise<Proxy> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const logged = join(folder, 'calls.log')
  const page = await readFile(PAGE, 'utf8')
  const block = new RegExp(`^\`\`\`${name}\n(.*?)^\`\`\`$`, 'ms').exec(page)![1]!
  const configuration = block
    .replaceAll('/etc/daybook/tls.pem', file)
    .replaceAll('127.0.0.1:3000', servers[0])
    .replaceAll('127.0.0.1:3001', servers[1])
    .replace('listen 443', `listen ${port}`)
    .replace('bind :443', `bind :${port}`)
    .replace('/var/log/nginx/daybook.log', logged)
  const path = join(folder, `${name}.conf`)
  await writeFile(path, configuration)
  const args = name === 'nginx' ? await nginxWith(path, folder) : ['-f', path]
  const program = programIn(name)!
  const checked = name === 'nginx' ? ['-t', ...args] : ['-c', ...args]
  execFileSync(program, checked, { stdio: 'pipe' })

  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exited = once(child, 'exit')
  for (let tries = 0; !(await listens(port)); tries++) {
    if (child.exitCode !== null || tries > 400) throw new Error(`${name} did not start: ${said}`)
    await sleep(25)
  }
  return {
    url: `https://127.0.0.1:${port}`,
    log: async () => (name === 'nginx' ? readFile(logged, 'utf8') : said),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** What Debian's own nginx.conf does: it includes the file. Here it also keeps to one folder, and to one process. */
async function nginxWith(site: string, folder: string): Promise<string[]> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  await mkdir(join(folder, 'temp'))
  const path = join(folder, 'nginx.main.conf')
  await writeFile(
    path,
    [
      'daemon off;',
      'master_process off;',
      `pid ${folder}/nginx.pid;`,
      'error_log stderr;',
      'events {}',
      'http {',
      ...temporary.map((name) => `  ${name}_temp_path ${folder}/temp/${name};`),
      `  include ${site};`,
      '}',
      '',
    ].join('\n'),
  )
  return ['-c', path, '-e', 'stderr']
}

function programIn(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
