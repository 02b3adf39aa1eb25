// A law that failed prints its seed and its path: with these in the environment it meets the same cases again.
const { FAST_CHECK_SEED: seed, FAST_CHECK_PATH: path } = process.env

if (seed !== undefined) {
  const { configureGlobal } = await import('fast-check')
  configureGlobal({ seed: Number(seed), ...(path === undefined ? {} : { path, endOnFailure: true }) })
}

export {}
