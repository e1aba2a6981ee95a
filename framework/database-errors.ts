import { isKretesError, KretesError, messageOf } from './errors.ts'

interface Address {
  readonly host: string
  readonly port: string
  readonly database: string
  readonly user: string
}

/** What a failure means and what to do about it. */
interface Explanation {
  /** Matched against the code, a space and the message. */
  readonly when: RegExp
  readonly what: (at: Address) => string
  readonly hint: (at: Address) => string
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    when: /^(ECONNREFUSED|ENOENT) /,
    what: at => `nothing is listening at ${at.host}:${at.port}`,
    hint: () => 'start PostgreSQL, or correct host and port in DATABASE_URL',
  },
  {
    when: /^(ENOTFOUND|EAI_AGAIN) /,
    what: at => `there is no host called ${at.host}`,
    hint: () => 'correct the host in DATABASE_URL; inside a container, localhost is the container itself',
  },
  {
    when: /^28P01 /,
    what: at => `the password of ${at.user} was refused`,
    hint: () =>
      'correct user and password in DATABASE_URL; in the password write / as %2F, # as %23, ? as %3F',
  },
  {
    when: /client password must be a/,
    what: at => `${at.user} needs a password and none was given`,
    hint: () => 'put it into DATABASE_URL (postgres://user:password@host/database), PGPASSWORD or ~/.pgpass',
  },
  {
    when: /^28000 .*(no encryption|SSL off)/,
    what: () => 'the server accepts only encrypted connections',
    hint: () =>
      'add ?sslmode=verify-full to DATABASE_URL, or ?sslmode=no-verify if its certificate is its own',
  },
  {
    when: /^28000 /,
    what: at => `the server does not let ${at.user} in from here`,
    hint: () => 'correct the user in DATABASE_URL, or allow it in pg_hba.conf',
  },
  {
    when: /^3D000 /,
    what: at => `there is no database called ${at.database}`,
    hint: at => `create it: createdb -h ${at.host} -p ${at.port} ${at.database}`,
  },
  {
    when: /^53300 /,
    what: () => 'the server has no connection left',
    hint: () => 'lower database.poolSize or the number of processes, or raise max_connections',
  },
  {
    when: /^57P0[123] /,
    what: () => 'the server is starting up, shutting down or recovering',
    hint: () => 'try again in a moment',
  },
  {
    when: /timeout exceeded when trying to connect/,
    what: () => 'all connections of this process have been busy for 10 seconds',
    hint: () => 'make transactions shorter, or raise database.poolSize',
  },
  {
    when: /does not support SSL/,
    what: () => 'the server does not speak TLS',
    hint: () => 'remove sslmode from DATABASE_URL',
  },
  {
    when: /^(CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/,
    what: at => `the certificate of ${at.host} cannot be trusted`,
    hint: () =>
      'add ?sslrootcert=/path/to/ca.pem to DATABASE_URL, or ?sslmode=no-verify on a network you trust',
  },
  {
    when: /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) |connection timeout|timeout expired/,
    what: at => `${at.host}:${at.port} does not answer`,
    hint: () => 'look at the network and the firewalls between here and there',
  },
  {
    when: /^(ECONNRESET|EPIPE) |Connection terminated/,
    what: at => `${at.host}:${at.port} hung up`,
    hint: () => 'see that it is PostgreSQL that listens there, and look into its log',
  },
]

/**
 * Why the database cannot be reached: where it was looked for, what is wrong and what to do next.
 * The password is in none of it. An error that already is a {@link KretesError} comes back as it is.
 */
export function explainDatabaseError(error: unknown, url: string | undefined): KretesError {
  if (isKretesError(error)) return error
  const failure = failureOf(error)
  const at = addressOf(url)
  const explanation = EXPLANATIONS.find(({ when }) => when.test(failure))
  const what = explanation?.what(at) ?? withoutPassword(failure.trim(), url)
  return new KretesError(`cannot reach the database at ${describeDatabase(url)}: ${what}`, {
    code: 'DATABASE_UNREACHABLE',
    hint: explanation?.hint(at) ?? 'look into the log of the server',
    cause: error,
  })
}

/** What the user of `url` is not allowed to do is said with a way out; any other error comes back as it is. */
export function explainDenial(error: unknown, url: string | undefined): unknown {
  if (!failureOf(error).startsWith('42501 ')) return error
  const { user } = addressOf(url)
  return new KretesError(`${user} may not do this at ${describeDatabase(url)}: ${messageOf(error)}`, {
    code: 'PERMISSION_DENIED',
    hint: 'connect as a user who may, or let the owner of what is named grant it',
    cause: error,
  })
}

/** Somebody asks a connection that has been closed for good. */
export function connectionClosed(name: string): KretesError {
  return new KretesError(`the connection "${name}" is closed`, {
    code: 'CONNECTION_CLOSED',
    hint: 'whoever owned it has been stopped: ask before that, or start another one',
  })
}

/** Whether the server refuses to write: it is a standby, or somebody has told it to. */
export function isReadOnly(error: unknown): boolean {
  return failureOf(error).startsWith('25006 ')
}

/** `host:port/database` of a connection string: fit for a log line, with no user and no password. */
export function describeDatabase(url: string | undefined): string {
  const { host, port, database } = addressOf(url)
  return `${host}:${port}/${database}`
}

/** `localhost` is two addresses, and Node reports two refusals as one error without a message of its own. */
function failureOf(error: unknown): string {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
  const { code = '' } = (first ?? {}) as { code?: string }
  return `${code} ${messageOf(first)}`
}

function addressOf(url = 'postgres:///'): Address {
  // pg takes an empty host, which URL refuses
  const { hostname, port, username, pathname, searchParams } = parse(url.replace(/@(?=\/)/, '@localhost'))
  const user = decodeURIComponent(username)
  return {
    host: searchParams.get('host') || decodeURIComponent(hostname) || 'localhost',
    port: searchParams.get('port') || port || '5432',
    database: decodeURIComponent(pathname.slice(1)) || user,
    user: user || 'the default user',
  }
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    return new URL('postgres:///')
  }
}

function withoutPassword(message: string, url = ''): string {
  const password = url.match(/:\/\/[^:/]*:(.*)@/)?.[1]
  return password ? message.replaceAll(password, '***') : message
}
