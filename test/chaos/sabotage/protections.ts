import type { CheckName } from '../checks/all.ts'
import type { Edit } from './edit.ts'
import { EDITS_OF_THE_ENGINE } from './of-the-engine.ts'
import { EDITS_OF_THE_WORKER } from './of-the-worker.ts'

/** Something that keeps a promise, how to take it out of the code, and who has to notice. */
export interface Protection {
  readonly name: string
  /** What it prevents. */
  readonly prevents: string
  readonly edits: readonly Edit[]
  /** What has to be done for it to be missed. */
  readonly faults: readonly string[]
  readonly seconds: number
  /** The checks of which at least one has to find something. */
  readonly noticedBy: readonly CheckName[]
}

export const PROTECTIONS: readonly Protection[] = [...EDITS_OF_THE_ENGINE, ...EDITS_OF_THE_WORKER]
