import { defineMetric } from '../define';
import { ofClasses, share } from './confusion';

export const f1 = defineMetric({
  kind: 'f1',
  title: 'F1',
  help: 'For classes: the harmonic mean of precision and recall. Of two classes the second counts, of more the mean over classes.',
  parameters: {},
  example: {},
  target: 'classes',
  better: 'higher',
  create: (_params, { classes }) =>
    ofClasses(classes, (confusion, c) => share(2 * confusion.count(c, c), confusion.wanted(c) + confusion.answered(c))),
});
