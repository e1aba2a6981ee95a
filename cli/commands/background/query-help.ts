/** What `--help` says about queries. */
export const QUERY_HELP = `Query:
  field:value terms, all of which a job has to fulfil. a,b is one or the other, a star at an end of a value is
  anything, double quotes hold a value with spaces together, and a minus before a term turns it around.
    task:SendEmail,billing/*      state:retryable             queue:email, -queue:* has none
    key:invoice-42                tag:user:42                 error:timeout is part of the last error
    payload.to:*@example.com      id:17,18                    worker:web-1* runs it
    since:1h, before:2026-11-22   priority:<0                 when it was scheduled: since, before`
