import { type PayloadOf, type ResultOf, type Task, task } from '@kretes/background'
import { z } from 'zod'
import { Ping } from './tasks/Ping.ts'
import SendEmail from './tasks/SendEmail.ts'
import SendReport from './tasks/SendReport.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(_: Same<A, B>) {}

same<PayloadOf<typeof SendEmail>, { to: string; subject: string }>(true)
same<PayloadOf<typeof Ping>, void>(true)
same<PayloadOf<typeof SendReport>, { userId: number; at?: unknown; locale?: string | undefined }>(true)
same<PayloadOf<Task>, any>(true)
same<ResultOf<typeof SendEmail>, unknown>(true)
same<ResultOf<typeof Ping>, void>(true)
same<ResultOf<typeof SendReport>, number>(true)

const Sync = task({ payload: z.string(), run: text => text.length })
same<ResultOf<typeof Sync>, number>(true)
const Plain = task({ run: async (n: number) => [n] })
same<ResultOf<typeof Plain>, number[]>(true)
same<PayloadOf<typeof Plain>, number>(true)
