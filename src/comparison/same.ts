import { compare } from '../model/compare';
import type { ComparableRun } from './run';

/** What of a model's sections says nothing of what is learned, or is told by the run: a seed may have been overridden. */
export const isTold = (path: readonly string[]): boolean =>
  ['training.seed', 'data.seed', 'training.epochs', 'training.backend'].includes(path.join('.'));

/** Whether two runs learned the same from the same in the same way, but for the training seed. */
export function isSame(a: ComparableRun, b: ComparableRun): boolean {
  if (!a.model || !b.model) return false;
  if (a.data.sha256 !== b.data.sha256 || a.seeds.data !== b.seeds.data) return false;
  if (a.backend !== b.backend) return false;
  if (a.initial?.sha256 !== b.initial?.sha256) return false;
  if (a.epochs !== b.epochs || a.numerics !== b.numerics || a.changes + b.changes > 0) return false;
  const { layers, sections } = compare(a.model, b.model);
  return layers.every((l) => l.mark === 'same') && sections.every((d) => isTold(d.path) || d.path[0] === 'name');
}
