#!/usr/bin/env node
'use strict'
// `daybook`, on the Node that is needed: the one that the install brought along, else the one that runs this, if it is new
// enough. Any Node >= 16 must be able to run this file, so: CommonJS, no dependency, no TypeScript.

const { spawn } = require('node:child_process')
const { existsSync, realpathSync } = require('node:fs')
const { join } = require('node:path')

const root = join(realpathSync(__filename), '..', '..')
const oldestNode = [22, 18]

const node = nodeToRun()
if (node === undefined) {
  console.error(
    `Daybook needs Node ${oldestNode.join('.')} or newer, and this is ${process.version}. Linux and Windows get one by ` +
      '`npm ci` (without --omit=optional); elsewhere install it from https://nodejs.org.',
  )
  process.exit(2)
}
run(node)

/** @returns {string | undefined} */
function nodeToRun() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const folder = join(root, 'node_modules', `node-${platform}-${process.arch}`)
  if (existsSync(join(folder, 'package.json'))) return join(folder, require(join(folder, 'package.json')).bin.node)
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isNewEnough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  return isNewEnough ? process.execPath : undefined
}

function run(command) {
  const child = spawn(command, [join(root, 'src', 'cli', 'daybook.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; whoever sends a signal to this process means the other.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('error', (error) => {
    console.error(`${command} cannot be run: ${error.message}`)
    process.exit(2)
  })
  child.on('exit', (code, signal) => process.exit(signal === null ? code : signal === 'SIGINT' ? 130 : 143))
}
