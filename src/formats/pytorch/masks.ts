import { streamOf, dropoutStreamName } from '../../engine/rng/philox';
import type { ModelLayer } from '../../model/model';
import type { Layout } from './kinds';
import { tuple } from './python';

/**
 * The module that draws what a layer of ours draws, in the place of PyTorch's own; undefined where it draws nothing.
 * @param layout of what the layer reads in the program
 */
export function drawnModule(layer: ModelLayer, layout: Layout): string | undefined {
  const { id, kind, params, shape } = layer;
  const stream = streamOf(dropoutStreamName(id));
  const rate = params.rate as number;
  const first = layout === 'first' && shape.length > 1 && 'first=True';
  const call = (name: string, ...parts: readonly (string | false)[]): string =>
    `${name}(${[...parts.filter((part) => part !== false), `stream=${stream}`].join(', ')})`;
  switch (kind) {
    case 'dropout': {
      const noise = params.noiseShape as readonly (number | null)[] | undefined;
      const own = noise ? noise.slice(1).map((n, axis) => n ?? shape[axis]) : shape;
      const exact = params.mode === 'exact' && 'exact=True';
      return call('Dropout', `${rate}`, tuple(own), exact, noise?.[0] === 1 && 'across_batch=True', first);
    }
    case 'spatialDropout':
      return call('Dropout', `${rate}`, tuple([...shape.slice(1).map(() => 1), shape.at(-1)!]), first);
    case 'stochasticDepth':
      return call('Dropout', `${rate}`, tuple(shape.map(() => 1)), first);
    case 'alphaDropout':
      return call('AlphaDropout', `${rate}`, tuple(shape), first);
    case 'dropBlock':
      return call('DropBlock', `${rate}`, `block_size=${params.blockSize as number}`);
    case 'dropConnect': {
      const [features] = layer.inputShapes[0];
      return call('DropConnect', `${features}`, `${params.units as number}`, `${rate}`, !params.bias && 'bias=False');
    }
    case 'gaussianDropout':
      return call('GaussianDropout', `${rate}`, tuple(shape), first);
    case 'gaussianNoise':
      return call('GaussianNoise', `${params.stddev as number}`, tuple(shape), first);
    default:
      return undefined;
  }
}

/** The text of masks.py: modules that draw from counters, as the engine does. */
export const masksProgram = `"""What is dropped, drawn from counters: the very masks that Dropout Studio draws.

Words of 32 bits come from Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
2011). Each is a function of the seed, the layer, the step, the sample's position in the batch and its own position, so the
masks are the same on any number of processes and on any device, and a run that is gone on with has those that it would
have had.

    key = [seed's low 32 bits, the layer's stream], counter = [block of four words, sample, step, seed's high bits]
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

LOW = 0xFFFFFFFF
ALPHA_DROPPED = -1.0507009873554805 * 1.6732632423543772  # SELU far below 0


class Place:
    """Where training stands: masks depend on it and on nothing else."""

    seed = 0
    step = 0
    samples = torch.zeros(0, dtype=torch.int64)  # positions in the batch, of the samples that this process has
    batch = 0  # samples in the batch, of all processes together
    counts = 1.0  # 0 where the one sample that this process has counts for nothing


def draw_words(count, samples, stream):
    """The first \`count\` words of samples: integers below 2 ** 32, [samples, count]."""
    c0 = torch.arange((count + 3) // 4, device=samples.device)
    c1, c2, c3 = samples.unsqueeze(1), Place.step, Place.seed >> 32
    k0, k1 = Place.seed & LOW, stream
    for _ in range(10):
        # Of 64 bits a product keeps all, whatever its sign; its upper half is taken off where it is read next.
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = ((p1 >> 32) ^ c1 ^ k0) & LOW, p1, ((p0 >> 32) ^ c3 ^ k1) & LOW, p0
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return torch.stack((c0, c1 & LOW, c2, c3 & LOW), dim=2).flatten(1)[:, :count]


def draw_dropped(rate, count, samples, stream):
    """True where one of \`count\` values is dropped, each by itself: [samples, count]."""
    return draw_words(count, samples, stream) < math.ceil(rate * 2**32)


def draw_exactly(rate, count, samples, stream):
    """True where one of \`count\` values is dropped, round(rate * count) of them: the start of a random order (Durstenfeld)."""
    dropped = math.floor(rate * count + 0.5)
    words = draw_words(dropped, samples, stream).cpu()
    bounds = count - torch.arange(dropped)
    whole = 2**32 - 2**32 % bounds
    if (words >= whole).any():
        # About once in 2 ** 32 / count words: a word of the last, incomplete round is passed over.
        more = draw_words(dropped + 64, samples, stream).cpu()
        for row in (words >= whole).any(dim=1).nonzero().flatten().tolist():
            left = iter(more[row].tolist())
            for i in range(dropped):
                words[row, i] = next(word for word in left if word < whole[i])
    chosen = torch.arange(dropped) + words % bounds
    order = torch.arange(count).repeat(len(samples), 1)
    for i in range(dropped):
        other = chosen[:, i : i + 1]
        moved = order.gather(1, other)
        order.scatter_(1, other, order[:, i : i + 1].clone())
        order[:, i : i + 1] = moved
    mask = torch.zeros(len(samples), count, dtype=torch.bool)
    return mask.scatter_(1, order[:, :dropped], True).to(samples.device)


def draw_normal(count, samples, stream):
    """Normal numbers, by the transform of Box and Muller (1958): [samples, count]."""
    words = draw_words(count + count % 2, samples, stream).double().reshape(len(samples), -1, 2)
    radius = (-2 * ((words[:, :, 0] + 1) / 2**32).log()).sqrt()
    angle = 2 * math.pi * (words[:, :, 1] / 2**32)
    return torch.stack((radius * angle.cos(), radius * angle.sin()), dim=2).flatten(1)[:, :count]


class Drawing(nn.Module):
    """What draws from a stream, for values of a shape with the channels last; first: here they come first."""

    def __init__(self, rate, shape, stream, first=False):
        super().__init__()
        self.p, self.shape, self.stream, self.first = rate, shape, stream, first

    def shaped(self, drawn):
        drawn = drawn.reshape(len(drawn), *self.shape)
        return drawn.movedim(-1, 1) if self.first else drawn


class Dropout(Drawing):
    """Drops values and scales the rest; a mask is shared along the dimensions where \`shape\`, its own, has a 1."""

    def __init__(self, rate, shape, stream, exact=False, across_batch=False, first=False):
        super().__init__(rate, shape, stream, first)
        self.exact, self.across_batch = exact, across_batch

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        units = math.prod(self.shape)
        samples = torch.zeros_like(Place.samples[:1]) if self.across_batch else Place.samples
        draw = draw_exactly if self.exact else draw_dropped
        kept = ~self.shaped(draw(self.p, units, samples, self.stream))
        if not self.exact:
            return x * kept * (1 / (1 - self.p))
        dropped = math.floor(self.p * units + 0.5)
        return x * kept * (units / max(1, units - dropped))


class AlphaDropout(Drawing):
    """Dropout for SELU (Klambauer et al., 2017)."""

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        a = 1 / math.sqrt((1 - self.p) * (1 + self.p * ALPHA_DROPPED**2))
        dropped = self.shaped(draw_dropped(self.p, math.prod(self.shape), Place.samples, self.stream))
        return a * x.masked_fill(dropped, ALPHA_DROPPED) - a * self.p * ALPHA_DROPPED


class DropBlock(nn.Module):
    """DropBlock (Ghiasi, Lin and Le, 2018) on [batch, channels, height, width]: drops squares of each channel."""

    def __init__(self, rate, block_size, stream):
        super().__init__()
        self.p, self.block_size, self.stream = rate, block_size, stream

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        size = self.block_size
        channels, height, width = x.shape[1:]
        rows, columns = height - size + 1, width - size + 1
        begin = self.p / size**2 * (height * width / (rows * columns))
        begins = draw_dropped(begin, rows * columns * channels, Place.samples, self.stream)
        begins = begins.reshape(-1, rows, columns, channels).movedim(-1, 1).to(x.dtype)
        kept = 1 - F.max_pool2d(F.pad(begins, [size - 1] * 4), size, stride=1)
        counts = kept.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
        return x * kept * (kept[0].numel() / counts)


class DropConnect(nn.Linear):
    """DropConnect (Wan et al., 2013): in training, each sample has a mask of its own over the weights."""

    def __init__(self, features, units, rate, stream, bias=True):
        super().__init__(features, units, bias)
        self.p, self.stream = rate, stream

    def forward(self, x):
        if not self.training or self.p == 0:
            return super().forward(x)
        units, features = self.weight.shape
        dropped = draw_dropped(self.p, features * units, Place.samples, self.stream)
        kept = ~dropped.reshape(-1, features, units).transpose(1, 2)
        y = torch.bmm(self.weight * kept, x.unsqueeze(2)).squeeze(2) * (1 / (1 - self.p))
        return y if self.bias is None else y + self.bias


class GaussianDropout(Drawing):
    """Multiplies by normal numbers of mean 1 and variance rate / (1 - rate) (Srivastava et al., 2014, section 10)."""

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        normal = self.shaped(draw_normal(math.prod(self.shape), Place.samples, self.stream))
        return x * (1 + math.sqrt(self.p / (1 - self.p)) * normal).to(x.dtype)


class GaussianNoise(Drawing):
    """Adds normal numbers of mean 0; its rate is their deviation."""

    def forward(self, x):
        if not self.training:
            return x
        normal = self.shaped(draw_normal(math.prod(self.shape), Place.samples, self.stream))
        return (x + self.p * normal).to(x.dtype)
`;
