/** A text of a source file that becomes another one while it is built. */
export interface Edit {
  /** From the root of this package. */
  readonly file: string
  readonly from: string
  readonly to: string
}
