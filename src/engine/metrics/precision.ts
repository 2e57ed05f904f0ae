import { defineMetric } from '../define';
import { ofClasses, share } from './confusion';

export const precision = defineMetric({
  kind: 'precision',
  title: 'Precision',
  help: 'For classes: of the samples answered with a class, the share that are of it. Of two classes the second counts, of more the mean over classes; 0 where a class is never answered.',
  parameters: {},
  example: {},
  target: 'classes',
  better: 'higher',
  create: (_params, { classes }) =>
    ofClasses(classes, (confusion, c) => share(confusion.count(c, c), confusion.answered(c))),
});
