/** What of a training section a run can take over. Pure. */
import type { JsonObject } from '../../src/model/json';
import type { TrainingConfig } from '../../src/model/model';
import type { Parameters } from '../../src/model/spec';
import type { Snapshot } from '../../src/protocol/designer';

/** Numbers that stand in the place of numbers: those that are given, of a kind whose numbers may change. */
export const changeableIn = (
  parameters: Parameters,
  values: Readonly<Record<string, JsonObject[string] | undefined>>,
): readonly string[] =>
  Object.keys(parameters).filter(
    (name) =>
      (parameters[name].type === 'number' || parameters[name].type === 'integer') && typeof values[name] === 'number',
  );

/** Why the text cannot be changed for the run at hand; undefined where it can. */
export function whyNot(snapshot: Snapshot | undefined, trained: TrainingConfig): string | undefined {
  if (!snapshot?.model || !snapshot.editable || !snapshot.current)
    return 'The text is not valid: nothing can be changed until it is.';
  const now = snapshot.model.training;
  if (!now) return 'The text has no training section any more.';
  if (now.optimizer.kind !== trained.optimizer.kind)
    return `This run trains with ${trained.optimizer.kind}, the text names ${now.optimizer.kind}: that begins with the next run.`;
  return undefined;
}
