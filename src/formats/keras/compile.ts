import type { TrainingConfig } from '../../model/model';

/** How a model is trained, as `Model.compile` takes it: the way back of `training.ts`. */

type Params = Readonly<Record<string, unknown>>;
/** A float: Keras refuses whole numbers in places. */
const value = (of: unknown): string => (Number.isInteger(of) ? `${of as number}.0` : String(of));
const flag = (of: unknown): string => (of === true ? 'True' : 'False');
const betas = ({ beta1, beta2, epsilon }: Params): string =>
  `beta_1=${value(beta1)}, beta_2=${value(beta2)}, epsilon=${value(epsilon)}`;

/** Settings of each optimizer behind its learning rate; undefined where Keras cannot say them. */
const optimizers: Readonly<Record<string, (params: Params) => readonly [name: string, settings: string] | undefined>> =
  {
    sgd: ({ momentum, nesterov }) => ['SGD', `momentum=${value(momentum)}, nesterov=${flag(nesterov)}`],
    adam: (params) => ['Adam', betas(params)],
    adamw: (params) => ['AdamW', `${betas(params)}, weight_decay=${value(params.weightDecay)}`],
    // Its momentum grows with the steps themselves.
    nadam: (params) => (params.momentumDecay === 1 ? ['Nadam', betas(params)] : undefined),
    rmsprop: ({ rho, momentum, epsilon, centered }) => [
      'RMSprop',
      `rho=${value(rho)}, momentum=${value(momentum)}, epsilon=${value(epsilon)}, centered=${flag(centered)}`,
    ],
    adagrad: ({ initialAccumulator, epsilon, decay }) =>
      decay === 0
        ? ['Adagrad', `initial_accumulator_value=${value(initialAccumulator)}, epsilon=${value(epsilon)}`]
        : undefined,
  };

const smoothed = (smoothing: unknown): string => (smoothing === 0 ? '' : `label_smoothing=${value(smoothing)}`);

const losses: Readonly<Record<string, (params: Params) => string | undefined>> = {
  // Of numbers of classes; a smoothed one takes a share for each class.
  crossentropy: ({ classWeights, labelSmoothing }) =>
    classWeights !== undefined && classWeights !== 'none'
      ? undefined
      : labelSmoothing === 0
        ? 'SparseCategoricalCrossentropy()'
        : `CategoricalCrossentropy(${smoothed(labelSmoothing)})`,
  binaryCrossentropy: ({ positiveWeight, labelSmoothing }) =>
    positiveWeight === 1 ? `BinaryCrossentropy(${smoothed(labelSmoothing)})` : undefined,
  meanSquaredError: () => 'MeanSquaredError()',
  meanAbsoluteError: () => 'MeanAbsoluteError()',
  huber: ({ delta }) => `Huber(delta=${value(delta)})`,
};

/** Kinds that are known, for the test that all are. */
export const compiledKinds: readonly string[] = [...Object.keys(optimizers), ...Object.keys(losses)];

/**
 * The arguments of `compile` in Python, a line each; undefined where Keras would train otherwise by them: schedules, warmup,
 * weights of classes and the like are left to the person.
 */
export function compileArguments({
  optimizer,
  loss,
  schedule,
  ...more
}: TrainingConfig): readonly string[] | undefined {
  const made = optimizers[optimizer.kind]?.(optimizer.params);
  const lost = losses[loss.kind]?.(loss.params);
  if (!made || lost === undefined) return undefined;
  if ((schedule && schedule.kind !== 'constant') || more.warmupSteps) return undefined;
  const { clipNorm, clipValue } = more;
  // Keras takes one of them.
  if (clipNorm !== undefined && clipValue !== undefined) return undefined;
  const clip =
    clipNorm !== undefined
      ? `, global_clipnorm=${value(clipNorm)}`
      : clipValue !== undefined
        ? `, clipvalue=${value(clipValue)}`
        : '';
  const [name, settings] = made;
  return [
    `optimizer=keras.optimizers.${name}(learning_rate=${value(optimizer.params.learningRate)}, ${settings}${clip})`,
    `loss=keras.losses.${lost}`,
  ];
}
