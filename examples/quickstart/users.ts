import type { Plugin } from '@kretes/background/framework'

/** The app's own table, made when the app is set up. */
export const users: Plugin = {
  name: 'users',
  async setup(host) {
    const { kysely } = await host.database()
    await kysely.schema
      .createTable('users')
      .ifNotExists()
      .addColumn('id', 'bigint', column => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn('email', 'text', column => column.notNull().unique())
      .addColumn('welcomed_at', 'timestamptz')
      .execute()
  },
}
