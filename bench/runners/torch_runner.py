"""PyTorch, the way its documentation trains.   python torch_runner.py THREADS

Answers one request a line, as bench/runners/serve.mjs does, and ends when standard input does.
"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def build(layers):
    """The network of a model without its softmax, which is in the loss."""
    shape = layers[0]["shape"]
    parts = []
    if len(shape) == 3:
        # Pictures are [height, width, channels] in the model and [channels, height, width] here.
        shape = [shape[2], shape[0], shape[1]]
    for layer in layers[1:]:
        kind = layer["kind"]
        if kind == "dense":
            parts.append(nn.Linear(shape[0], layer["units"]))
            shape = [layer["units"]]
        elif kind == "conv2d":
            k = layer["kernelSize"]
            parts.append(nn.Conv2d(shape[0], layer["filters"], k))
            shape = [layer["filters"], shape[1] - k + 1, shape[2] - k + 1]
        elif kind == "maxPool2d":
            n = layer["poolSize"]
            parts.append(nn.MaxPool2d(n))
            shape = [shape[0], shape[1] // n, shape[2] // n]
        elif kind == "flatten":
            parts.append(nn.Flatten())
            shape = [int(np.prod(shape))]
        elif kind == "dropout":
            parts.append(nn.Dropout(layer["rate"]))
        else:
            raise ValueError(f'no layer "{kind}" here')
        if layer.get("activation") == "relu":
            parts.append(nn.ReLU())
    return nn.Sequential(*parts).train()


class Training:
    def __init__(self, model, inputs, labels, fused=False, **_):
        layers, training = model["layers"], model["training"]
        shape = layers[0]["shape"]
        x = torch.from_numpy(np.fromfile(inputs, "f4"))
        self.y = torch.from_numpy(np.fromfile(labels, "u1").astype("i8"))
        count = len(self.y)
        # One channel: the order of the axes does not matter.
        self.x = x.reshape([count, 1, *shape[:2]] if len(shape) == 3 else [count, *shape])
        self.batch = training["batchSize"]
        self.network = build(layers)
        optimizer = training["optimizer"]
        rate = optimizer["learningRate"]
        parameters = self.network.parameters()
        if optimizer["kind"] == "adam":
            self.optimizer = torch.optim.Adam(parameters, lr=rate, **({"fused": True} if fused else {}))
        else:
            self.optimizer = torch.optim.SGD(parameters, lr=rate, momentum=optimizer["momentum"])
        self.order, self.at = torch.empty(0), 0

    def step(self):
        # A smaller batch at the end would be less work than a step.
        if self.at + self.batch > len(self.order):
            self.order, self.at = torch.randperm(len(self.y)), 0
        rows = self.order[self.at : self.at + self.batch]
        self.at += self.batch
        self.optimizer.zero_grad()
        F.cross_entropy(self.network(self.x[rows]), self.y[rows]).backward()
        self.optimizer.step()


def seconds_of(run, times):
    begin = time.perf_counter()
    for _ in range(times):
        run()
    return time.perf_counter() - begin


def product_of(form, m, n, depth):
    """C = A B, or with one of them transposed: torch.mm hands the transposition to the BLAS."""
    a = torch.rand([depth, m] if form == "ATB" else [m, depth])
    b = torch.rand([n, depth] if form == "ABT" else [depth, n])
    a, b = (a.t() if form == "ATB" else a), (b.t() if form == "ABT" else b)
    c = torch.empty([m, n])
    return lambda: torch.mm(a, b, out=c)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    training = None
    product = None
    for line in sys.stdin:
        request = json.loads(line)
        op, params = request["op"], request["params"]
        try:
            if op == "prepare":
                training = Training(**params)
                reply = {"version": torch.__version__}
            elif op == "burst":
                reply = {"seconds": seconds_of(training.step, params["steps"])}
            elif op == "prepareProduct":
                product = product_of(**params)
                reply = {"version": torch.__version__}
            elif op == "product":
                reply = {"seconds": seconds_of(product, params["times"])}
            else:
                raise ValueError(f"nothing answers {op}")
            reply = {"ok": reply}
        except Exception as error:  # Whatever it is, whoever asked is to hear of it.
            reply = {"error": f"{type(error).__name__}: {error}"}
        print("reply " + json.dumps(reply), flush=True)


main()
