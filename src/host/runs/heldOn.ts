import { setTimeout as pause } from 'node:timers/promises';
import { holderOf } from '../../runs/lock';

/** How long an extension host that is about to end is waited for, and how often it is looked for: milliseconds. */
const ENDING = 30_000;
const ASKING = 250;

/**
 * Whether what a lock in a folder is for is being written, and goes on being. A window that was loaded again opens while its
 * extension host of before is still about to end.
 */
export async function isHeldOn(folder: string): Promise<boolean> {
  for (const end = Date.now() + ENDING; ;) {
    if (!(await holderOf(folder))) return false;
    if (Date.now() > end) return true;
    await pause(ASKING);
  }
}
