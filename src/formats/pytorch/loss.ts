import { FormatError } from '../error';
import type { PytorchNetwork } from './network';

/**
 * The body of `losses(outputs, targets, class_weights)` in Python: the loss of each sample, as the losses of the engine
 * compute it. The weights of classes are a tensor, for they may depend on the data.
 * @throws FormatError where the loss has no form in PyTorch
 */
export function lossLines(
  { kind, params }: { readonly kind: string; readonly params: Readonly<Record<string, unknown>> },
  { logits }: Pick<PytorchNetwork, 'logits'>,
): readonly string[] {
  const smoothing = (params.labelSmoothing as number | undefined) ?? 0;
  switch (kind) {
    case 'crossentropy':
      return [
        ...(smoothing > 0 ? [`targets = targets * (1 - ${smoothing}) + ${smoothing} / targets.shape[1]`] : []),
        ...((params.classWeights ?? 'none') === 'none' ? [] : ['targets = targets * class_weights']),
        logits === 'softmax'
          ? 'return -(targets * F.log_softmax(outputs, dim=1)).sum(dim=1)'
          : 'return -(targets * outputs.clamp(1e-7, 1 - 1e-7).log()).sum(dim=1)',
      ];
    case 'binaryCrossentropy': {
      const positive = params.positiveWeight as number;
      return [
        ...(smoothing > 0 ? [`targets = targets * (1 - ${smoothing}) + ${smoothing} / 2`] : []),
        ...(logits === 'sigmoid'
          ? ['yes, no = F.logsigmoid(outputs), F.logsigmoid(-outputs)']
          : ['chances = outputs.clamp(1e-7, 1 - 1e-7)', 'yes, no = chances.log(), (1 - chances).log()']),
        `return -(${positive === 1 ? '' : `${positive} * `}targets * yes + (1 - targets) * no).mean(dim=1)`,
      ];
    }
    case 'meanSquaredError':
      return ['return ((outputs - targets) ** 2).mean(dim=1)'];
    case 'meanAbsoluteError':
      return ['return (outputs - targets).abs().mean(dim=1)'];
    case 'huber':
      return [`return F.huber_loss(outputs, targets, reduction="none", delta=${params.delta as number}).mean(dim=1)`];
    default:
      throw new FormatError(`The loss "${kind}" has no form in PyTorch here.`);
  }
}

/** True where the loss is computed from the values before the output's activation. */
export const takesLogits = (kind: string, { logits }: Pick<PytorchNetwork, 'logits'>): boolean =>
  (kind === 'crossentropy' && logits === 'softmax') || (kind === 'binaryCrossentropy' && logits === 'sigmoid');
