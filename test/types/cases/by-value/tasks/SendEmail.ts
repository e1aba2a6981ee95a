import type { Task } from '@kretes/background'

const SendEmail: Task<{ to: string; subject: string }> = async ({ to }, { log, attempt, signal }) => {
  log.info(`sending to ${to}`, { attempt, aborted: signal.aborted })
}

export default SendEmail
