import type { TrainingConfig } from './model';
import { type Fix, meantFixes } from './fixes';
import type { Json, JsonObject } from './json';
import { type Scope, checkParameters, isObject, silent } from './parameters';
import type { Catalogue, LossSpec, MetricSpec } from './spec';
import { didYouMean } from './suggest';
import { list } from './words';

type Target = LossSpec['target'];

const suits = (metric: MetricSpec, target: Target): boolean => target === 'either' || metric.target === target;

/** What is measured where the model does not say. */
const usualMetrics = (target: Target, { metrics }: Catalogue): MetricSpec[] =>
  [...metrics.values()].filter((m) => m.usual && suits(m, target));

/** Early stopping and targets look at the loss or at a metric that is measured, by its name in records. */
export function checkMeasures(training: TrainingConfig, { catalogue, findings }: Scope): void {
  const { earlyStopping, stopAt, metrics } = training;
  const { target } = catalogue.losses.get(training.loss.kind)!;
  const usual = usualMetrics(target, catalogue);
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
      { fixes: () => [...meantFixes(['training', ...path], name, names), ...measureIt(name)] },
    );
  };
  const measureIt = (name: string): Fix[] => {
    const spec = catalogue.metrics.get(name);
    if (!spec || !suits(spec, target) || spec.name({}) !== name) return [];
    const title = `Add "${name}" to "metrics"`;
    if (metrics)
      return [{ title, operation: { type: 'setPath', path: ['training', 'metrics', metrics.length], value: name } }];
    // The list takes the place of what is measured where there is none: it keeps those.
    const value = [...usual.map((m) => m.kind), name];
    return [{ title, operation: { type: 'setPath', path: ['training', 'metrics'], value } }];
  };
  check(earlyStopping?.monitor, 'earlyStopping', 'monitor');
  check(stopAt?.metric, 'stopAt', 'metric');
}

/**
 * What training with this section measures, by the names of records; a section with errors gives what can be made out.
 * @returns the loss, which has no metric, and the metrics
 */
export function measureNames(training: JsonObject, catalogue: Catalogue): { name: string; metric?: MetricSpec }[] {
  const kindOf = (value: Json | undefined): string => {
    const kind = isObject(value) ? value.kind : value;
    return typeof kind === 'string' ? kind : '';
  };
  const { target = 'either' } = catalogue.losses.get(kindOf(training.loss)) ?? {};
  const scope = { catalogue, findings: silent };
  const chosen: { metric: MetricSpec; params: JsonObject }[] = Array.isArray(training.metrics)
    ? training.metrics.flatMap((value) => {
        const metric = catalogue.metrics.get(kindOf(value));
        const given = isObject(value) ? value : {};
        const params = metric && checkParameters(given, metric.parameters, [], '', scope, ['kind']);
        return metric && params ? [{ metric, params }] : [];
      })
    : usualMetrics(target, catalogue).map((metric) => ({ metric, params: {} }));
  return [{ name: 'loss' }, ...chosen.map(({ metric, params }) => ({ name: metric.name(params), metric }))];
}
