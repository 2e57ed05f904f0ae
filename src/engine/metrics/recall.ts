import { defineMetric } from '../define';
import { ofClasses, share } from './confusion';

export const recall = defineMetric({
  kind: 'recall',
  title: 'Recall',
  help: 'For classes: of the samples of a class, the share answered with it. Of two classes the second counts, of more the mean over classes.',
  parameters: {},
  example: {},
  target: 'classes',
  better: 'higher',
  create: (_params, { classes }) =>
    ofClasses(classes, (confusion, c) => share(confusion.count(c, c), confusion.wanted(c))),
});
