/** Whether a process of this machine, in this namespace of process ids, is running. */
import { kill } from 'node:process';

/** Also true for processes of other users. */
export function isRunning(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
