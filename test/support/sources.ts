import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-5'

/** The directory of this repository. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** A TypeScript file of ours, taken apart as far as rules about files need it. */
export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Globals it uses: `console`, `setTimeout`, `process.env`. */
  readonly globals: readonly Found[]
  /** Its string literals and templates. */
  readonly texts: readonly Found[]
}

export interface Import {
  readonly line: number
  /** As written: `./task.ts`, `pg`, `@kretes/background`. */
  readonly specifier: string
  /** The file of ours that is meant; none for a package. */
  readonly file: string | undefined
  /** A type or an address: it loads nothing. */
  readonly idle: boolean
}

export interface Found {
  readonly line: number
  readonly text: string
}

const OWN_PACKAGE: Record<string, string> = {
  '@kretes/background': 'background/index.ts',
  '@kretes/background/dashboard': 'dashboard/index.ts',
  '@kretes/background/framework': 'framework/index.ts',
  '@kretes/background/testing': 'background/testing.ts',
}
const NOT_OURS = /(^|\/)(node_modules|dist|\.kretes)(\/|$)/

/** All TypeScript files in these directories and below. */
export function readSources(...directories: string[]): Source[] {
  return directories.flatMap(filesIn).map(readSource)
}

/** The shortest way from the file at `start` over what it loads back to itself; none is good. */
export function wayBack(start: string, sources: readonly Source[]): string[] | undefined {
  const ways: string[][] = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    const last = sources.find(({ path }) => path === way.at(-1))
    for (const { file, idle } of last?.imports ?? []) {
      if (idle || file === undefined || seen.has(file)) continue
      if (file === start) return way
      seen.add(file)
      ways.push([...way, file])
    }
  }
  return undefined
}

function filesIn(directory: string): string[] {
  const path = join(REPOSITORY, directory)
  if (!existsSync(path)) return []
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(REPOSITORY, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return files.filter(file => !NOT_OURS.test(file)).sort()
}

function readSource(path: string): Source {
  const code = readFileSync(join(REPOSITORY, path), 'utf8')
  const tree = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true)
  const [imports, globals, texts]: [Import[], Found[], Found[]] = [[], [], []]
  const visit = (node: ts.Node): void => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
    const imported = importIn(node)
    const text = textIn(node)
    if (imported) imports.push({ line, ...imported, file: fileOf(imported.specifier, path) })
    globals.push(...globalsIn(node).map(text => ({ line, text })))
    if (text !== undefined) texts.push({ line, text })
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { path, lines: code.trimEnd().split('\n').length, imports, globals, texts }
}

/** `import`, `export … from`, `import()`, and `new URL('./thread.ts', import.meta.url)`. */
function importIn(node: ts.Node): Pick<Import, 'specifier' | 'idle'> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return { specifier: node.moduleSpecifier.text, idle: isTypeOnly(node.importClause) }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
    return { specifier: node.moduleSpecifier.text, idle: node.isTypeOnly }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return { specifier: (node.argument.literal as ts.StringLiteral).text, idle: true }
  const isLazy = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL'
  const [first] = (isLazy || isUrl ? (node.arguments ?? []) : []) as ts.Expression[]
  const means = first && ts.isStringLiteral(first) && (isLazy || first.text.startsWith('.'))
  return means ? { specifier: first.text, idle: isUrl } : undefined
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  const { namedBindings, name } = clause
  const named = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : undefined
  return clause.isTypeOnly || (!name && named?.every(element => element.isTypeOnly) === true)
}

function fileOf(specifier: string, from: string): string | undefined {
  if (!specifier.startsWith('.')) return OWN_PACKAGE[specifier]
  return posix.join(posix.dirname(from), specifier)
}

/** A property of something else that happens to be called `console` does not count. */
function globalsIn(node: ts.Node): string[] {
  if (!ts.isIdentifier(node)) return []
  const { parent, text } = node
  const isPropertyName =
    (ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isMethodDeclaration(parent)) &&
    parent.name === node
  if (isPropertyName) return []
  return text === 'process' ? usesOf(parent) : [text]
}

/** What is used of `process`, which is all of it when it is passed on: `process.pid`, `const { pid } = process`. */
function usesOf(parent: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(parent)) return [`process.${parent.name.text}`]
  const isTakenApart = ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)
  const names = isTakenApart ? (parent.name as ts.ObjectBindingPattern).elements : undefined
  return names?.map(({ propertyName, name }) => `process.${(propertyName ?? name).getText()}`) ?? ['process']
}

function textIn(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return [node.head.text, ...node.templateSpans.map(span => span.literal.text)].join(' ')
}
