/** Errors of jobs that are the same but for numbers and names in them. */
export interface ErrorGroup {
  /** The same whenever it happens again: of its name, the shape of its message, and where in the app it was thrown. */
  readonly fingerprint: string
  readonly name: string
  /** With `…` where messages differ. */
  readonly message: string
  /** Where it was thrown: the first line of its stack that is no package. */
  readonly frame: string | undefined
  /** How many jobs have it as their last error, among those that were looked at. */
  readonly count: number
  /** How many of them will be tried again. */
  readonly retryable: number
  readonly firstSeen: Date
  readonly lastSeen: Date
  readonly tasks: readonly string[]
  /** Ids of some of these jobs, the newest first. */
  readonly jobs: readonly string[]
}
