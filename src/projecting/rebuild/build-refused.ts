/** Nothing is wrong with the build, and it cannot be worked on now. The message says why, to whoever asked for it. */
export class BuildRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BuildRefused'
  }
}
