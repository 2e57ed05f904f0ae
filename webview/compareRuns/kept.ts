/** What VS Code keeps of this page while it is hidden and over a reload of the window. */
import type { KeptComparison } from '../../src/protocol/compareRuns';
import { saved } from '../wire';

/** How the runs were looked at before, as far as it is known. */
export function kept(): Partial<Pick<KeptComparison, 'metric' | 'mode' | 'log'>> {
  const state = saved.read();
  if (typeof state !== 'object' || state === null) return {};
  const { metric, mode, log } = state as { readonly [key in keyof KeptComparison]?: unknown };
  return {
    ...(typeof metric === 'string' && { metric }),
    ...((mode === 'runs' || mode === 'mean') && { mode }),
    ...(typeof log === 'boolean' && { log }),
  };
}

export const keep = (state: KeptComparison): void => saved.write(state);
