type Primitive = string | number | boolean | null

/** What JSON can carry. */
export type JsonValue = Primitive | JsonValue[] | { [key: string]: JsonValue }

/** Stands in a payload's type where a value would not survive JSON, so that the compiler points at that property. */
export interface NotJson<What extends string> {
  readonly __error: `payload must be JSON: ${What} does not survive JSON`
}

/**
 * `T` itself where JSON can carry it, and an unfulfillable {@link NotJson} at each property where it cannot.
 * `any` stays `any` (such a payload is checked when it is scheduled); `unknown` accepts any JSON.
 */
export type JsonSafe<T> = 0 extends 1 & T ? T : unknown extends T ? JsonValue : JsonSafeKnown<T>

type JsonSafeKnown<T> = T extends Primitive | undefined
  ? T
  : T extends bigint
    ? NotJson<'bigint'>
    : T extends symbol
      ? NotJson<'symbol'>
      : T extends (...args: never) => unknown
        ? NotJson<'function'>
        : T extends object
          ? JsonSafeObject<T>
          : NotJson<'unknown'>

type JsonSafeObject<T extends object> = T extends Date
  ? NotJson<'Date'>
  : T extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
    ? NotJson<'Map/Set'>
    : T extends readonly unknown[]
      ? { [Index in keyof T]: JsonSafeElement<T[Index]> }
      : { [Key in keyof T]: JsonSafe<T[Key]> }

/** In an array JSON turns `undefined` into `null`; as a property it is simply left out. */
type JsonSafeElement<T> = unknown extends T
  ? JsonSafe<T>
  : T extends undefined
    ? NotJson<'undefined in an array'>
    : JsonSafe<T>
