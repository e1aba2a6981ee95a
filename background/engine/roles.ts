import { type Kysely, sql } from 'kysely'
import { messageOf } from '../../framework/errors.ts'
import { BackgroundError } from '../errors.ts'
import { GRANTS, GUESTS, type Guest, OWNER, ROLES } from './grants.ts'

const INSUFFICIENT_PRIVILEGE = '42501'

/** Roles belong to all databases of a server, so that one which migrates at the same time may be quicker. */
const CREATE = `
do $$
declare
  name text;
begin
  foreach name in array array['${ROLES.join("', '")}'] loop
    begin
      if to_regrole(name) is null then execute format('create role %I nologin', name); end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
end $$`

/** Only who is a member of a role can give it something. */
const JOIN_OWNER = `
do $$ begin
  if not pg_has_role('${OWNER}', 'usage') then grant ${OWNER} to current_user; end if;
end $$`

/** Once the schema is the owner's, so is all that somebody made in it. A sequence of a column goes where its table goes. */
const HAND_OVER = `
do $$
declare
  owner oid := to_regrole('${OWNER}');
  theirs text;
begin
  if (select nspowner from pg_namespace where nspname = 'background') is distinct from owner then return; end if;
  for theirs in
    select kind || ' ' || c.oid::regclass
      from pg_class c
      join (values ('r', 'table'), ('p', 'table'), ('v', 'view'), ('S', 'sequence'), ('c', 'type')) k (relkind, kind)
        on k.relkind = c.relkind::text
     where relnamespace = 'background'::regnamespace and relowner <> owner
       and not exists (select from pg_depend d
                        where c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refobjsubid > 0)
    union all
    select 'function ' || oid::regprocedure from pg_proc
     where pronamespace = 'background'::regnamespace and proowner <> owner
  loop
    execute format('alter %s owner to ${OWNER}', theirs);
  end loop;
end $$`

/**
 * Makes the roles that are missing, gives the schema to the one that owns it, and grants the others exactly what they need.
 *
 * @throws BackgroundError `ROLES_FAILED` when that takes an administrator.
 */
export async function createRoles(db: Kysely<unknown>): Promise<void> {
  try {
    await sql.raw(CREATE.trim()).execute(db)
    await sql.raw(JOIN_OWNER.trim()).execute(db)
  } catch (error) {
    throw isForbidden(error) ? notAllowed(error) : error
  }
  await sql.raw(`alter schema background owner to ${OWNER}`).execute(db)
  await sql.raw(HAND_OVER.trim()).execute(db)
  for (const role of GUESTS) await sql.raw(grantsOf(role).join(';\n')).execute(db)
}

/** Gives the roles that have been let in here before what they need by now. */
export async function renewRoles(db: Kysely<unknown>): Promise<void> {
  await sql.raw(HAND_OVER.trim()).execute(db)
  for (const role of GUESTS) await sql.raw(renewal(role)).execute(db)
}

function grantsOf(role: Guest): string[] {
  const revoked = ['tables', 'sequences', 'functions'].map(
    kind => `revoke all on all ${kind} in schema background from ${role}`,
  )
  return [
    `grant usage on schema background to ${role}`,
    ...revoked,
    ...GRANTS[role].map(each => `grant ${each} to ${role}`),
  ]
}

function renewal(role: Guest): string {
  const grants = grantsOf(role).map(each => `    ${each};\n`)
  return `do $$ begin
  if has_schema_privilege(to_regrole('${role}'), 'background', 'usage') then
${grants.join('')}  end if;
end $$`
}

function isForbidden(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === INSUFFICIENT_PRIVILEGE
}

function notAllowed(cause: unknown): BackgroundError {
  return new BackgroundError(`the roles cannot be created: ${messageOf(cause)}`, {
    code: 'ROLES_FAILED',
    hint: `nothing was changed; let an administrator run: create role ${ROLES.join('; create role ')}; grant ${OWNER} to whoever migrates`,
    cause,
  })
}
