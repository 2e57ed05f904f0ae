"""PyTorch on the very samples of the wine, breast-cancer and diabetes examples, seeds 1 to 5.

    for each of wine, breast-cancer, diabetes:
    node scripts/peers/export.mjs examples/NAME.netjson SAMPLES/NAME 1 2 3 4 5
    then:
    python scripts/peers/tables.py SAMPLES > test/fixtures/peers/tables-pytorch.json

Needs torch and numpy. The seed draws first weights, order and masks here; the split is in the samples. First weights are
uniform after Glorot and biases zero, as the product's. Networks and training are those of the examples, which
scripts/verify.mjs checks against what is written here.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEEDS = (1, 2, 3, 4, 5)
# Dropout on the input (0: no such layer) and on the one hidden layer; relu; Adam.
SETS = (
    {"name": "wine", "input": 0.1, "units": 12, "hidden": 0.3, "outputs": 3, "learningRate": 0.005, "batchSize": 16, "epochs": 100},
    {"name": "breast-cancer", "input": 0.0, "units": 16, "hidden": 0.3, "outputs": 2, "learningRate": 0.003, "batchSize": 32, "epochs": 60},
    {"name": "diabetes", "input": 0.0, "units": 32, "hidden": 0.3, "outputs": 1, "learningRate": 0.002, "batchSize": 32, "epochs": 60},
)


def load(folder, name, seed):
    with open(f"{folder}/{name}/{seed}.json") as file:
        data = json.load(file)

    def part(of):
        inputs = np.array(data[of]["inputs"], "f4").reshape(-1, data["inputShape"][0])
        targets = np.array(data[of]["targets"], "f4").reshape(-1, data["outputs"])
        return torch.from_numpy(inputs), torch.from_numpy(targets)

    # What brings numbers learned back to the units of the file: 1 where they were not scaled.
    return part("train"), part("validation"), part("test"), data.get("targetScale", 1)


def train(folder, setting, seed):
    (x, y), (xv, yv), (xt, yt), scale = load(folder, setting["name"], seed)
    classes = setting["outputs"] > 1
    loss = F.cross_entropy if classes else F.mse_loss
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Dropout(setting["input"]),
        nn.Linear(x.shape[1], setting["units"]), nn.ReLU(), nn.Dropout(setting["hidden"]),
        nn.Linear(setting["units"], setting["outputs"]),
    )
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(net.parameters(), lr=setting["learningRate"])
    for _ in range(setting["epochs"]):
        net.train()
        order = torch.randperm(len(x))
        for start in range(0, len(x), setting["batchSize"]):
            batch = order[start : start + setting["batchSize"]]
            optimizer.zero_grad()
            loss(net(x[batch]), y[batch]).backward()
            optimizer.step()
    net.eval()
    with torch.no_grad():
        answers = net(xt)
        if classes:
            measured = {"accuracy": (answers.argmax(1) == yt.argmax(1)).float().mean().item()}
        else:
            measured = {"rmse": scale * F.mse_loss(answers, yt).sqrt().item(), "mae": scale * F.l1_loss(answers, yt).item()}
        measured["validationLoss"] = loss(net(xv), yv).item()
    return {"seed": seed, **{name: round(value, 6) for name, value in measured.items()}}


def main(folder):
    torch.set_num_threads(1)
    sets = [{**setting, "runs": [train(folder, setting, seed) for seed in SEEDS]} for setting in SETS]
    json.dump({"torch": torch.__version__.split("+")[0], "sets": sets}, sys.stdout, indent=1)
    print()


main(sys.argv[1])
