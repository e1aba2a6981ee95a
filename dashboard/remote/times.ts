/** What an answer of the API is here: what it leaves out is undefined, and its times are Dates. */
type Read<Answer, Times extends keyof Answer> = {
  readonly [Name in keyof Answer]-?: Name extends Times
    ? undefined extends Answer[Name]
      ? Date | undefined
      : Date
    : Answer[Name]
}

/** Makes Dates of the times in an answer, which JSON has as text. */
export function withTimes<Answer extends object, Times extends keyof Answer = never>(
  answer: Answer,
  ...names: readonly Times[]
): Read<Answer, Times> {
  const times = names.map(name => {
    const text = answer[name]
    return [name, typeof text === 'string' ? new Date(text) : undefined] as const
  })
  return { ...answer, ...Object.fromEntries(times) } as Read<Answer, Times>
}
