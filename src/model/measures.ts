import type { TrainingConfig } from './model';
import { list, type Scope } from './parameters';
import { didYouMean } from './suggest';

/** Early stopping and targets look at the loss or at a metric that is measured, by its name in records. */
export function checkMeasures(training: TrainingConfig, { catalogue, findings }: Scope): void {
  const { earlyStopping, stopAt, metrics } = training;
  const { target } = catalogue.losses.get(training.loss.kind)!;
  const usual = [...catalogue.metrics.values()].filter((m) => m.usual && (target === 'either' || m.target === target));
  const chosen = metrics ?? usual.map(({ kind }) => ({ kind, params: {} }));
  const names = ['loss', ...chosen.map(({ kind, params }) => catalogue.metrics.get(kind)!.name(params))];
  const check = (name: string | undefined, ...path: string[]): void => {
    if (name === undefined || names.includes(name)) return;
    const hint = didYouMean(name, names) || ` Name one of them, or measure it: add it to "metrics".`;
    const expected = list(
      names.map((n) => `"${n}"`),
      'or',
    );
    findings.error(
      'unknown-metric',
      ['training', ...path],
      `"${path.join('.')}": "${name}" is not measured; expected ${expected}.${hint}`,
    );
  };
  check(earlyStopping?.monitor, 'earlyStopping', 'monitor');
  check(stopAt?.metric, 'stopAt', 'metric');
}
