import { spawn } from 'node:child_process'
import { test } from 'vitest'
import { testDatabase } from './database.ts'

test('does not end, and has a database and a process of its own', async () => {
  await testDatabase()
  // What a test kills in the end, had it come to that.
  spawn('sleep', ['600'], { stdio: 'ignore' })
  console.log('begun')
  await new Promise(() => {})
})
