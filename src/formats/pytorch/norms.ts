/** The text of norms.py: batch normalisation that does not depend on how many processes share a batch. */
export const normsProgram = `"""Batch normalisation over the whole batch, as Dropout Studio computes it.

By itself a process would normalise over its own share of a batch (PyTorch's SyncBatchNorm, which does not, needs GPUs). And
what is kept for evaluation moves by the variance of the batch, where PyTorch's own modules take n / (n - 1) times that.
"""

import math

import torch
import torch.distributed as dist
from torch.nn.modules.batchnorm import _BatchNorm

from masks import Place


class SumOverAll(torch.autograd.Function):
    """The sum over all processes. Its gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx, x):
        total = x.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx, gradient):
        total = gradient.clone()
        dist.all_reduce(total)
        return total


class BatchNorm(_BatchNorm):
    """On [batch, channels, ...]: by the mean and the biased variance of each channel (Ioffe and Szegedy, 2015)."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        axes, shape = [0, *range(2, x.dim())], [1, -1, *[1] * (x.dim() - 2)]
        count = Place.batch * math.prod(x.shape[2:])
        # In 64 bits, so that a sum is the same to rounding however many processes have parts of it.
        mean = (SumOverAll.apply((Place.counts * x).sum(axes, dtype=torch.float64)) / count).to(x.dtype)
        centred = x - mean.reshape(shape)
        squares = (Place.counts * centred**2).sum(axes, dtype=torch.float64)
        variance = (SumOverAll.apply(squares) / count).to(x.dtype)
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance, self.momentum)
        y = centred * (variance + self.eps).rsqrt().reshape(shape)
        if self.affine:
            y = y * self.weight.reshape(shape) + self.bias.reshape(shape)
        return y


def over_all(norm):
    """The same module, with the same weights, over all processes."""
    own = BatchNorm(norm.num_features, norm.eps, norm.momentum, norm.affine)
    own.weight, own.bias = norm.weight, norm.bias
    return own
`;
