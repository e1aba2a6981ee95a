import type { LogFormat } from '../../framework/config.ts'
import type { Report, ReportOptions } from './report.ts'

/** A report for whoever reads stdout, unless `format` says otherwise. */
export async function openReport(format: LogFormat | undefined, options: ReportOptions): Promise<Report> {
  const isForPeople = (format ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty'
  if (isForPeople) return new (await import('./pretty-report.ts')).PrettyReport(options)
  return new (await import('./json-report.ts')).JsonReport(options)
}
