import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished } from 'vitest'
import { KS } from './build.ts'
import { eventually } from './eventually.ts'

/** util-linux has a program that runs another in a terminal of its own; other systems have one that is called the same. */
export const hasTerminal = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')
if (!hasTerminal) console.warn('no terminal to be had: script of util-linux is missing')

export interface TerminalOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
}

/** A program in a terminal, as a person has it. */
export interface Terminal {
  /** All it has written so far, colours included. */
  screen(): string
  /** The same without colours, as lines. */
  lines(): string[]
  type(keys: string): void
  /** Waits until the text on the screen, without colours, matches. */
  shows(pattern: RegExp): Promise<void>
  readonly ended: Promise<number | null>
}

/** Runs `ks` with `command`, as a shell takes it, in a terminal; it ends with the test at the latest. */
export function inTerminal(command: string, options: TerminalOptions): Terminal {
  return programInTerminal(`'${process.execPath}' '${KS}' ${command}`, options)
}

/** Runs any program, as a shell takes it, in a terminal. */
export function programInTerminal(
  program: string,
  { cwd, env = {}, columns = 110 }: TerminalOptions,
): Terminal {
  const script = `stty cols ${columns} rows 30; exec ${program}`
  const child = spawn('script', ['--quiet', '--return', '--command', script, '/dev/null'], {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TERM: 'xterm',
      SHELL: '/bin/sh',
      ...env,
    },
  })
  // its end closes the terminal, which ends what runs in it
  onTestFinished(() => void child.kill('SIGKILL'))
  let written = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    written += text
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const screen = () => written.replaceAll('\r\n', '\n')
  const plain = () => stripVTControlCharacters(screen())
  return {
    screen,
    lines: () => plain().split('\n'),
    type: keys => void child.stdin.write(keys),
    ended,
    async shows(pattern) {
      await eventually(() => {
        if (pattern.test(plain())) return true
        throw new Error(`expected ${pattern} on the screen:\n${plain()}`)
      }, 15_000)
    },
  }
}
