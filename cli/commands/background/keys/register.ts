import type { Command } from 'commander'
import { addGroup } from '../../../group.ts'
import { addKeysRotate } from './rotate.ts'

/** Adds `ks bg keys`. */
export function addKeys(parent: Command): void {
  addGroup(parent, {
    name: 'keys',
    summary: 'replace the keys that encrypt payloads',
    commands: [addKeysRotate],
  })
}
