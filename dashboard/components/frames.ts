/** A line of a stack, and whether it is in the app's own code. */
export interface Frame {
  readonly text: string
  readonly isOwn: boolean
}

/** The frames of a stack, without the message that stands before them. */
export function framesOf(stack: string): Frame[] {
  return stack
    .split('\n')
    .filter(line => /^\s*at /.test(line))
    .map(line => ({ text: line.trim(), isOwn: !/node:|node_modules|@kretes\/background/.test(line) }))
}
