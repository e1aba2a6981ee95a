/**
 * The app's tasks by name. Empty here; the generated `types/tasks.d.ts` of an app fills it, so that
 * `schedule({ task: 'SendEmail', payload })` completes names and checks payloads without importing the task.
 *
 * @example
 * declare module '@kretes/background' {
 *   interface Tasks {
 *     SendEmail: typeof import('../tasks/SendEmail.ts').default
 *   }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: an app's generated types merge into it; a type alias could not be
export interface Tasks {}

/** A name of {@link Tasks}; any text as long as no types were generated. */
export type TaskName = [keyof Tasks] extends [never] ? string : keyof Tasks & string
