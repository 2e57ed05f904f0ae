import type { Target } from '../dataset';
import { registry, type MetricDefinition } from '../define';
import { accuracy } from './accuracy';
import { f1 } from './f1';
import { mae } from './mae';
import { precision } from './precision';
import { r2 } from './r2';
import { recall } from './recall';
import { rmse } from './rmse';
import { rocAuc } from './rocAuc';
import { topK } from './topK';

/** All metrics, in the order that forms show them. */
export const metrics: ReadonlyMap<string, MetricDefinition> = registry(
  accuracy,
  topK,
  precision,
  recall,
  f1,
  rocAuc,
  rmse,
  mae,
  r2,
);

function usual(target: Target['type']): readonly string[] {
  return [...metrics.values()].filter((m) => m.usual && m.target === target).map((m) => m.kind);
}

/** What is measured where the model does not say. */
export const defaultMetrics: Record<Target['type'], readonly string[]> = {
  classes: usual('classes'),
  numbers: usual('numbers'),
};
