import { FormatError } from '../error';

/** An optimizer of ours as one of PyTorch, and what of its state is what of ours. */
export interface PytorchOptimizer {
  /** Such as "torch.optim.SGD(parameters, lr=0.01)". */
  readonly make: string;
  /** Our names of an optimizer's state to PyTorch's. */
  readonly slots: Readonly<Record<string, string>>;
  /** What PyTorch puts into its state besides: Adagrad’s sum begins with a number, ours at 0. */
  readonly offset?: number;
}

type Params = Readonly<Record<string, unknown>>;
const betas = ({ beta1, beta2, epsilon }: Params): string =>
  `betas=(${beta1 as number}, ${beta2 as number}), eps=${epsilon as number}`;
const python = (value: unknown): string => (value === true ? 'True' : 'False');

const rules: Readonly<Record<string, (params: Params, rate: string) => PytorchOptimizer>> = {
  adam: (params, rate) => ({
    make: `torch.optim.Adam(parameters, ${rate}, ${betas(params)})`,
    slots: { m: 'exp_avg', v: 'exp_avg_sq' },
  }),
  adamw: (params, rate) => ({
    make: `torch.optim.AdamW(parameters, ${rate}, ${betas(params)}, weight_decay=${params.weightDecay as number})`,
    slots: { m: 'exp_avg', v: 'exp_avg_sq' },
  }),
  nadam: (params, rate) => ({
    make: `torch.optim.NAdam(parameters, ${rate}, ${betas(params)}, momentum_decay=${params.momentumDecay as number})`,
    slots: { m: 'exp_avg', v: 'exp_avg_sq' },
  }),
  rmsprop: ({ rho, epsilon, momentum, centered }, rate) => ({
    make: `torch.optim.RMSprop(parameters, ${rate}, alpha=${rho as number}, eps=${epsilon as number}, momentum=${momentum as number}, centered=${python(centered)})`,
    slots: {
      square: 'square_avg',
      ...(centered === true && { mean: 'grad_avg' }),
      ...((momentum as number) > 0 && { momentum: 'momentum_buffer' }),
    },
  }),
  adagrad: ({ initialAccumulator, epsilon, decay }, rate) => ({
    make: `torch.optim.Adagrad(parameters, ${rate}, lr_decay=${decay as number}, initial_accumulator_value=${initialAccumulator as number}, eps=${epsilon as number})`,
    slots: { sum: 'sum' },
    offset: initialAccumulator as number,
  }),
  sgd: ({ momentum, nesterov }, rate) => ({
    make: `torch.optim.SGD(parameters, ${rate}, momentum=${momentum as number}, nesterov=${python(nesterov)})`,
    slots: { ...((momentum as number) > 0 && { momentum: 'momentum_buffer' }) },
  }),
};

/** Kinds that have a form, for the test that every kind has one. */
export const pytorchOptimizers: readonly string[] = Object.keys(rules);

/** @throws FormatError where the optimizer has no form in PyTorch */
export function optimizerOf({ kind, params }: { readonly kind: string; readonly params: Params }): PytorchOptimizer {
  if (!Object.hasOwn(rules, kind)) throw new FormatError(`The optimizer "${kind}" has no form in PyTorch here.`);
  return rules[kind](params, `lr=${params.learningRate as number}`);
}
