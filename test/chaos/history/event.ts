/** How an attempt of a job ended as its worker tells it, once the database has agreed. */
export type Verdict = 'completed' | 'failed' | 'snoozed' | 'discarded' | 'cancelled' | 'released' | 'stale'

/** What a producer tells of one job; `uid` is its own name for it, in the payload. */
type OfProducer =
  | {
      readonly event: 'asked'
      readonly uid: string
      readonly queue?: string | undefined
      /** Milliseconds it is to wait. */
      readonly delay?: number | undefined
      readonly maxAttempts: number
      /** Whether the same transaction writes its uid elsewhere. */
      readonly writes?: true | undefined
    }
  /** The call has answered: from now on the job must not get lost. */
  | { readonly event: 'acked'; readonly uid: string; readonly job: string }
  /** The call has said for certain that there is no job: refused, or rolled back. */
  | { readonly event: 'refused'; readonly uid: string; readonly error: string }
  /** Nobody knows. */
  | { readonly event: 'unknown'; readonly uid: string; readonly error: string }

/** What a task tells of itself. */
type OfTask =
  | {
      readonly event: 'began'
      /** Which execution of this process. */
      readonly run: number
      readonly uid: string
      readonly job: string
      readonly queue?: string | undefined
      /** The id of its worker at that time. */
      readonly life: string
      readonly attempt: number
      readonly crashes: number
    }
  /** The attempt's signal told it to stop, and it does nothing more. */
  | { readonly event: 'aborted'; readonly run: number }
  | { readonly event: 'ended'; readonly run: number; readonly how: 'returned' | 'threw' }
  /** It keeps the event loop from turning from now on. */
  | { readonly event: 'blocking'; readonly ms: number }
  /** It kills its own process now. */
  | { readonly event: 'suicide'; readonly uid: string }
  | { readonly event: 'tick'; readonly entry: string; readonly ts: string; readonly job: string }

/** What the worker around it tells. */
type OfWorker =
  | { readonly event: 'verdict'; readonly job: string; readonly verdict: Verdict; readonly life: string }
  | { readonly event: 'joined'; readonly life: string }
  /** The lease of `life` ran out. */
  | { readonly event: 'lost'; readonly life: string }
  | { readonly event: 'rescued'; readonly jobs: number; readonly discarded: number }
  | { readonly event: 'trouble'; readonly doing: string; readonly error: string }
  | { readonly event: 'unhandled'; readonly error: string }
  | { readonly event: 'memory'; readonly rss: number }

/** What the runner tells, which is outside of all that. */
type OfRunner =
  | { readonly event: 'spawned'; readonly process: string; readonly pid: number }
  | {
      readonly event: 'exited'
      readonly process: string
      readonly how: string
      /** Whether somebody wanted it. */
      readonly ordered: boolean
    }
  | {
      readonly event: 'fault'
      readonly fault: string
      readonly phase: 'begins' | 'ends'
      /** The same for both ends of a fault. */
      readonly number: number
      /** The process it is done to; none: the database, and so everybody. */
      readonly target?: string | undefined
    }
  /** The runner itself got no processor for so long, and so nobody may have. */
  | { readonly event: 'stutter'; readonly ms: number }
  /** Claims in the database of workers whose lease is over, and for how long it has been. */
  | { readonly event: 'expired'; readonly life: string; readonly ms: number; readonly jobs: number }
  /** Nothing is disturbed any more, and nothing is scheduled. */
  | { readonly event: 'healed' }
  /** No job is left. */
  | { readonly event: 'quiet' }

export type Told = OfProducer | OfTask | OfWorker | OfRunner

/** Something that happened; `at` is in milliseconds on the clock that all processes of a machine share. */
export type HistoryEvent = Told & { readonly at: number; readonly by: string }

/** One kind of event. */
export type EventOf<Name extends Told['event']> = Extract<HistoryEvent, { readonly event: Name }>
