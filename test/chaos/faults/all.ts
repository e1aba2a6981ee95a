import type { Fault } from './fault.ts'
import { FAULTS_OF_FAILOVER } from './of-failover.ts'
import { FAULTS_OF_PROCESSES } from './of-processes.ts'
import { FAULTS_OF_SERVERS } from './of-servers.ts'
import { FAULTS_OF_SESSIONS } from './of-sessions.ts'
import { FAULTS_OF_TASKS } from './of-tasks.ts'
import { FAULTS_OF_WIRES } from './of-wires.ts'

export const FAULTS: readonly Fault[] = [
  ...FAULTS_OF_PROCESSES,
  ...FAULTS_OF_WIRES,
  ...FAULTS_OF_TASKS,
  ...FAULTS_OF_SESSIONS,
  ...FAULTS_OF_SERVERS,
  ...FAULTS_OF_FAILOVER,
]
