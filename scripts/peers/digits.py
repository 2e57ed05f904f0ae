"""PyTorch on the very samples of examples/digits.netjson, four ways of dropping, five seeds.

    node scripts/peers/export.mjs examples/digits.netjson SAMPLES 1 2 3 4 5
    python scripts/peers/digits.py SAMPLES > test/fixtures/peers/digits-pytorch.json

Needs torch and numpy. The seed draws first weights, order and masks here; split and label noise are in the samples.
First weights: uniform after Glorot and zero biases, as the product's ("glorot"); and PyTorch's own ("default").
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEEDS = (1, 2, 3, 4, 5)
VARIANTS = ((0.0, 0.0), (0.0, 0.3), (0.0, 0.5), (0.2, 0.5))


def load(folder, seed):
    with open(f"{folder}/{seed}.json") as file:
        data = json.load(file)

    def part(name):
        inputs = np.array(data[name]["inputs"], "f4").reshape(-1, data["inputShape"][0])
        targets = np.array(data[name]["targets"]).reshape(-1, data["outputs"]).argmax(1)
        return torch.from_numpy(inputs), torch.from_numpy(targets)

    return part("train"), part("validation"), part("test")


def train(folder, seed, on_input, hidden, initial):
    (x, y), (xv, yv), (xt, yt) = load(folder, seed)
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Dropout(on_input),
        nn.Linear(64, 128), nn.ReLU(), nn.Dropout(hidden),
        nn.Linear(128, 64), nn.ReLU(), nn.Dropout(hidden),
        nn.Linear(64, 10),
    )
    if initial == "glorot":
        for layer in net:
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    for _ in range(150):
        net.train()
        order = torch.randperm(len(x))
        for start in range(0, len(x), 32):
            batch = order[start : start + 32]
            optimizer.zero_grad()
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        accuracy = (net(xt).argmax(1) == yt).float().mean().item()
        return {"seed": seed, "accuracy": round(accuracy, 6), "validationLoss": round(F.cross_entropy(net(xv), yv).item(), 6)}


def main(folder):
    torch.set_num_threads(1)
    variants = [
        {"initial": initial, "input": on_input, "hidden": hidden, "runs": [train(folder, seed, on_input, hidden, initial) for seed in SEEDS]}
        for initial in ("glorot", "default")
        for on_input, hidden in VARIANTS
    ]
    json.dump({"torch": torch.__version__.split("+")[0], "variants": variants}, sys.stdout, indent=1)
    print()


main(sys.argv[1])
