import { realpathSync } from 'node:fs'
import { basename, posix, relative, resolve, sep } from 'node:path'
import type { Plugin } from 'esbuild'
import { editSources, type SourceEdit } from '../../framework/source-edit.ts'
import { taskNameOf } from './discover.ts'

/**
 * An esbuild plugin for apps that bundle their own code: the tasks in the bundle know their names,
 * whatever the bundler makes of the names of functions.
 *
 * @example esbuild.build({ entryPoints: ['server.ts'], bundle: true, plugins: [taskNames({ tasksDirectory: 'tasks' })] })
 */
export function taskNames({ tasksDirectory }: { readonly tasksDirectory: string }): Plugin {
  return { ...editSources([stampTaskNames(tasksDirectory)]), name: 'kretes-task-names' }
}

/** Adds to each task file, below its last line, what gives its task its name when the file is loaded. */
export function stampTaskNames(tasksDirectory: string): SourceEdit {
  const directory = realPath(resolve(tasksDirectory))
  return (file, source) => {
    const path = relative(directory, file).split(sep).join('/')
    const name = path.startsWith('../') ? undefined : taskNameOf(path)
    const isModule = /\bexport\b/.test(source) && !/\.c[jt]s$/.test(file)
    return name && isModule ? `${source}\n;${stamp(name, basename(file))}\n` : source
  }
}

/** A default export may have no name to call it by inside its file, so the file imports itself. */
function stamp(name: string, fileName: string): string {
  const exportNames = JSON.stringify(['default', posix.basename(name)])
  return `
import * as __kretes_self from ${JSON.stringify(`./${fileName}`)}
{
  const key = Symbol.for('kretes.task.name')
  const task = ${exportNames}.map(name => __kretes_self[name]).find(value => typeof value === 'function')
  if (task && !(key in task)) Reflect.defineProperty(task, key, { value: ${JSON.stringify(name)} })
}`
}

/** esbuild speaks of files by their real paths. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
