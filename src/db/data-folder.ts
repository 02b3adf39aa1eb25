import { access, constants, mkdir, stat } from 'node:fs/promises'

/**
 * Makes the data folder where it is not there.
 * @throws Error that names DAYBOOK_DATA_DIR, where it cannot be made or this account cannot write in it
 */
export async function requireFolder(dataDir: string): Promise<void> {
  const advice = 'Let this account write there, or set DAYBOOK_DATA_DIR to another folder.'
  try {
    await mkdir(dataDir, { recursive: true })
    if (!(await stat(dataDir)).isDirectory()) throw new Error('it is no folder')
  } catch (error) {
    const why = (error as Error).message
    throw new Error(`The data folder ${dataDir} cannot be made: ${why}. ${advice}`, { cause: error })
  }
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Error(`The data folder ${dataDir} cannot be used: ${(error as Error).message}. ${advice}`, {
      cause: error,
    })
  }
}
