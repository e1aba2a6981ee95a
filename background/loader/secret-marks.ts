import { readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeBuildFile } from '../../framework/build-files.ts'
import type { Compiler } from '../../framework/compiler.ts'
import { stateOfPackages } from '../../framework/package-state.ts'
import { marksOf, type SecretMarks, type Steps } from '../secrets.ts'
import { define } from '../task.ts'
import { discover, type TaskFile } from './discover.ts'
import { findTask } from './find-task.ts'
import { createTaskCompiler, type TasksPlace } from './task-compiler.ts'

/** What is known of a task file, and of which code and which packages that was found out. */
interface Finding {
  readonly by: string
  readonly packages: string
  readonly task: string
  readonly marks: readonly Steps[]
}

const OUR_PACKAGE = /^@kretes\/background(\/|$)/

/**
 * What the schemas of the tasks called `names` mark as secret. To show a job must not load the code of its task, with all
 * that it imports, so what was found out once is kept beside the compiled file, and is true as long as that and the packages
 * it imports are the same. A task that cannot be loaded marks nothing.
 */
export async function secretMarks(names: readonly string[], place: TasksPlace): Promise<SecretMarks> {
  const root = realpathSync(place.root)
  const { files } = await discover(resolve(root, place.directory), root)
  const isNamed = ({ name }: TaskFile) => names.includes(name)
  const marks = await marksIn(files.filter(isNamed), { ...place, root })
  // a task may be called otherwise than its file
  if (names.every(name => marks.has(name))) return marks
  const others = await marksIn(
    files.filter(file => !isNamed(file)),
    { ...place, root },
  )
  return new Map([...others, ...marks])
}

/** Each file by itself: what is compiled together is compiled anew when one of them is not asked for. */
async function marksIn(
  files: readonly TaskFile[],
  place: TasksPlace,
): Promise<Map<string, readonly Steps[]>> {
  const found = new Map<string, readonly Steps[]>()
  const compiler = createTaskCompiler(place)
  try {
    for (const file of files) {
      const known = await examine(file, compiler, place.root)
      if (known) found.set(known.task, known.marks)
    }
  } finally {
    await compiler.close()
  }
  return found
}

async function examine(
  source: TaskFile,
  compiler: Compiler,
  root: string,
): Promise<Pick<Finding, 'task' | 'marks'> | undefined> {
  const [compiled] = await compiler.compile([source.file])
  if (!compiled || !('output' in compiled)) return undefined
  const { output } = compiled
  const imports = compiler.packages.filter(name => !OUR_PACKAGE.test(name))
  const packages = stateOfPackages(imports, dirname(source.file))
  const path = `${output}.secrets.json`
  const kept = packages === undefined ? undefined : recall(path, packages)
  if (kept) return kept
  const found = await look(source, output, root)
  if (found && packages !== undefined) keep(path, { by: import.meta.url, packages, ...found })
  return found
}

async function look(source: TaskFile, output: string, root: string) {
  try {
    const found = findTask(source, await import(pathToFileURL(output).href), root, output)
    if (!('task' in found)) return undefined
    const { name, task } = found
    return { task: name, marks: marksOf(define(task, name)) }
  } catch {
    return undefined
  }
}

/** Once built, the name of this file has a hash of its code in it: another version looks for itself. */
function recall(path: string, packages: string): Finding | undefined {
  try {
    const finding: Finding = JSON.parse(readFileSync(path, 'utf8'))
    return finding.by === import.meta.url && finding.packages === packages ? finding : undefined
  } catch {
    return undefined
  }
}

/** Where it cannot be kept, it is found out again. */
function keep(path: string, finding: Finding): void {
  try {
    writeBuildFile(path, Buffer.from(JSON.stringify(finding)))
  } catch {}
}
