import { spawn } from 'node:child_process'

const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Opens a page in the browser of whoever sits here, if there is one. */
export function openInBrowser(url: string): void {
  const [command, ...first] = COMMANDS[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...first, url], { detached: true, stdio: 'ignore' })
  // a machine without a browser is fine: the address has been printed
  child.on('error', () => {})
  child.unref()
}
