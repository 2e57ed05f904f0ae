import { FormatError } from '../error';
import { ImportError } from './imported';

/** Its sets of points, by their names in links; ours are drawn anew. */
const SETS: Readonly<Record<string, string>> = { circle: 'circles', xor: 'xor', gauss: 'gaussians', spiral: 'spiral' };
const FUNCTIONS: Readonly<Record<string, string>> = { 'reg-plane': 'plane' };
const ACTIVATIONS: Readonly<Record<string, string>> = {
  tanh: 'tanh',
  relu: 'relu',
  sigmoid: 'sigmoid',
  linear: 'linear',
};
/** Inputs that it makes of x and y, which are no columns here. */
const FEATURES = ['xTimesY', 'xSquared', 'ySquared', 'cosX', 'sinX', 'cosY', 'sinY'];

/**
 * The text of a `.netjson` for a link of the TensorFlow Playground, whose settings stand behind its "#". Weights are not in
 * a link: there they are drawn when the page opens. Classification has one output and a squared loss there; here it has one
 * for each class and cross-entropy, as one would build it.
 * @throws FormatError where the text is no such link; ImportError listing settings that have no counterpart
 */
export function playgroundText(link: string): string {
  const hash = link.includes('#') ? link.slice(link.indexOf('#') + 1) : '';
  const settings = new Map(
    hash.split('&').flatMap((pair) => {
      const [key, value] = pair.split('=');
      return value === undefined ? [] : [[key, decodeURIComponent(value)] as const];
    }),
  );
  if (!settings.has('networkShape') && !settings.has('dataset'))
    throw new FormatError(
      'This is no link of the TensorFlow Playground: behind its "#" there should be settings, such as networkShape=4,2.',
    );
  const regression = settings.get('problem') === 'regression';
  const problems: string[] = [];
  const set = regression ? (settings.get('regDataset') ?? 'reg-plane') : (settings.get('dataset') ?? 'circle');
  const source = regression ? FUNCTIONS[set] : SETS[set];
  if (source === undefined) problems.push(`The data set "${set}" has no counterpart.`);
  const activation = ACTIVATIONS[settings.get('activation') ?? 'tanh'];
  if (activation === undefined) problems.push(`The activation "${settings.get('activation')}" has no counterpart.`);
  for (const feature of FEATURES)
    if (settings.get(feature) === 'true')
      problems.push(`The input "${feature}" has no counterpart: take x and y alone.`);
  for (const axis of ['x', 'y'])
    if (settings.get(axis) === 'false')
      problems.push(`The input "${axis}" is left out there, which has no counterpart.`);
  const number = (key: string, otherwise: number): number => {
    const value = Number(settings.get(key) ?? otherwise);
    if (!Number.isFinite(value)) problems.push(`"${key}" is "${settings.get(key)}", which is no number.`);
    return value;
  };
  const units = (settings.get('networkShape') ?? '').split(',').filter(Boolean).map(Number);
  if (units.some((n) => !Number.isInteger(n) || n < 1 || n > 1024))
    problems.push(`The hidden layers are "${settings.get('networkShape')}", which are no numbers of units.`);
  const train = number('percTrainData', 50) / 100;
  const learningRate = number('learningRate', 0.03);
  const batchSize = number('batchSize', 10);
  const noise = number('noise', 0) / 100;
  const penalty = settings.get('regularization');
  const strength = number('regularizationRate', 0);
  if (penalty !== undefined && !['', 'L1', 'L2', 'none'].includes(penalty))
    problems.push(`The regularization "${penalty}" has no counterpart.`);
  if (!(train > 0 && train < 1))
    problems.push(`${train * 100} % of the data train; some must train and some validate.`);
  if (problems.length > 0) throw new ImportError(problems);

  // Its L2 penalty is half of the sum of squares, ours is the sum.
  const regularized =
    strength === 0 || !penalty || penalty === 'none'
      ? ''
      : penalty === 'L1'
        ? `, "l1": ${strength}`
        : `, "l2": ${strength / 2}`;
  const hidden = units.map(
    (n, i) =>
      `    { "id": "hidden${i + 1}", "kind": "dense", "units": ${n}, "activation": "${activation}"${regularized} },\n`,
  );
  const output = regression
    ? `{ "id": "output", "kind": "dense", "units": 1${regularized} }`
    : `{ "id": "output", "kind": "dense", "units": 2, "activation": "softmax"${regularized} }`;
  return `{
  // From the TensorFlow Playground.${regression ? '' : ' There, one output and a squared loss tell the classes apart; here, one for each and cross-entropy.'}
  "version": 1,
  "name": "playground ${source}",
  "data": {
    "source": "${source}",
    "samples": 500,
    "noise": ${noise},
    "split": { "train": ${train}, "validation": ${Number((1 - train).toFixed(10))} },
    "seed": 1
  },
  "layers": [
    { "id": "input", "kind": "input", "shape": [2] },
${hidden.join('')}    ${output}
  ],
  "training": {
    "loss": "${regression ? 'meanSquaredError' : 'crossentropy'}",
    "optimizer": { "kind": "sgd", "learningRate": ${learningRate} },
    "batchSize": ${batchSize},
    "epochs": 200,
    "seed": 7
  }
}
`;
}
