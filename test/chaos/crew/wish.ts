import type { Order } from './order.ts'

/** A job to be scheduled, and what the history is told of it. */
export interface Wish {
  readonly task: string
  readonly options: {
    readonly payload: Order
    readonly maxAttempts: number
    readonly queue?: string
    readonly in?: number
  }
  readonly asked: {
    readonly uid: string
    readonly queue?: string | undefined
    readonly delay?: number | undefined
    readonly maxAttempts: number
    readonly writes?: true
  }
}
