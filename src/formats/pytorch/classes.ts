/**
 * Modules that PyTorch itself has not, in Python: only those that a network needs stand in its program. Each does in
 * training what the layer of its name does here, and nothing in evaluation.
 */
export const classes = {
  ExactDropout: `
class ExactDropout(nn.Module):
    """Drops round(rate * units) units of each sample, any as likely, and scales the rest by units / units kept."""

    def __init__(self, rate, shape, across_batch=False):
        super().__init__()
        self.p = rate
        self.shape = shape  # of the mask of one sample: 1 where it is shared along a dimension
        self.across_batch = across_batch

    def forward(self, x):
        if not self.training:
            return x
        samples = 1 if self.across_batch else x.shape[0]
        units = math.prod(self.shape)
        dropped = math.floor(self.p * units + 0.5)
        if dropped == units:
            return torch.zeros_like(x)
        kept = torch.ones(samples, units, device=x.device, dtype=x.dtype)
        kept.scatter_(1, torch.rand(samples, units, device=x.device).argsort(dim=1)[:, :dropped], 0)
        return x * kept.reshape(samples, *self.shape) * (units / (units - dropped))
`,
  SharedDropout: `
class SharedDropout(nn.Module):
    """Dropout whose mask is shared along the dimensions where \`shape\`, the mask's own, has a 1."""

    def __init__(self, rate, shape, across_batch=False):
        super().__init__()
        self.p = rate
        self.shape = shape
        self.across_batch = across_batch

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        samples = 1 if self.across_batch else x.shape[0]
        return x * F.dropout(torch.ones(samples, *self.shape, device=x.device, dtype=x.dtype), self.p)
`,
  StochasticDepth: `
class StochasticDepth(nn.Module):
    """Drops all of a sample with the probability \`rate\`, and scales it by 1 / (1 - rate) where it is kept."""

    def __init__(self, rate):
        super().__init__()
        self.p = rate

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        return x * F.dropout(torch.ones(x.shape[0], *[1] * (x.dim() - 1), device=x.device, dtype=x.dtype), self.p)
`,
  DropBlock: `
class DropBlock(nn.Module):
    """DropBlock (Ghiasi, Lin and Le, 2018) on [batch, channels, height, width]: drops squares of each channel."""

    def __init__(self, rate, block_size):
        super().__init__()
        self.p = rate
        self.block_size = block_size

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        size = self.block_size
        height, width = x.shape[2:]
        rows, columns = height - size + 1, width - size + 1
        begin = self.p / size**2 * (height * width) / (rows * columns)
        begins = (torch.rand(x.shape[0], x.shape[1], rows, columns, device=x.device) < begin).to(x.dtype)
        kept = 1 - F.max_pool2d(F.pad(begins, [size - 1] * 4), size, stride=1)
        counts = kept.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
        return x * kept * (kept[0].numel() / counts)
`,
  DropConnect: `
class DropConnect(nn.Linear):
    """DropConnect (Wan et al., 2013): in training, each sample has a mask of its own over the weights."""

    def __init__(self, features, units, rate, bias=True):
        super().__init__(features, units, bias)
        self.p = rate

    def forward(self, x):
        if not self.training or self.p == 0:
            return super().forward(x)
        weight = F.dropout(self.weight.expand(x.shape[0], -1, -1), self.p)
        y = torch.bmm(weight, x.unsqueeze(2)).squeeze(2)
        return y if self.bias is None else y + self.bias
`,
  GaussianDropout: `
class GaussianDropout(nn.Module):
    """Multiplies by normal numbers of mean 1 and variance rate / (1 - rate) (Srivastava et al., 2014, section 10)."""

    def __init__(self, rate):
        super().__init__()
        self.p = rate

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        return x * (1 + math.sqrt(self.p / (1 - self.p)) * torch.randn_like(x))
`,
  GaussianNoise: `
class GaussianNoise(nn.Module):
    """Adds normal numbers of mean 0."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x
`,
  PaddedAveragePool2d: `
class PaddedAveragePool2d(nn.Module):
    """Average pooling with other padding on one side than on the other: the mean of what is there."""

    def __init__(self, size, stride, padding):
        super().__init__()
        self.size, self.stride, self.padding = size, stride, padding

    def forward(self, x):
        there = F.pad(torch.ones_like(x[:1, :1]), self.padding)
        pooled = F.avg_pool2d(F.pad(x, self.padding), self.size, self.stride)
        return pooled / F.avg_pool2d(there, self.size, self.stride)
`,
} as const;

export type HelperClass = keyof typeof classes;
