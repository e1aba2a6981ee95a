import * as z from 'zod'
import { JOB_STATES } from '../../../background/operator.ts'

/** What answers are made of. They may get more properties; what is optional is left out, and never null. */
export const time = z.iso.datetime()
export const milliseconds = z.number().min(0).describe('in milliseconds')
export const count = z.int().min(0)
export const id = z.string().regex(/^\d+$/).describe('a number, too big for some languages, so it is text')
export const state = z.enum(JOB_STATES)
export const json = z.string().describe('JSON text, character by character as it is stored, without secrets')
export const cursor = z.string().optional().describe('where the next page begins; left out on the last one')
/** A number that may be too low, because counting ends somewhere. */
export const capped = z.object({ count, capped: z.boolean().describe('whether there are more') })
