"""Holds networks that were written for PyTorch against PyTorch itself: see scripts/test-peers.mjs.

    python check_pytorch.py FOLDER
"""

import csv
import io
import json
import pathlib
import subprocess
import sys

import numpy as np
import torch


def load(folder):
    """A new class Network with the weights beside it."""
    sys.path.insert(0, str(folder))
    try:
        for name in ("model", "tensors"):
            sys.modules.pop(name, None)
        from model import Network
        from tensors import read_tensors

        network = Network()
        network.load_state_dict(read_tensors(folder / "weights.safetensors"))
        return network
    finally:
        sys.path.remove(str(folder))


def read(case, name, shape):
    return np.fromfile(case / name, "<f4").reshape(shape)


def answers(case, shapes):
    network = load(case / "pytorch").eval()
    x, y = read(case, "x.bin", shapes["x"]), read(case, "y.bin", shapes["y"])
    with torch.no_grad():
        answer = network(torch.from_numpy(x)).numpy()
    if answer.shape != y.shape:
        return f"gives {answer.shape}, not {y.shape}"
    distance = float(np.max(np.abs(answer - y))) / max(1.0, float(np.max(np.abs(y))))
    return "" if distance < 1e-5 else f"differs by {distance:.3g}"


def statistics(case, shapes):
    """In training, the same row many times: the mean and the deviation of each value over the draws of both."""
    network = load(case / "pytorch").train()
    torch.manual_seed(3)
    count = shapes["draws"]
    row = torch.from_numpy(read(case, "x.bin", shapes["x"]))
    with torch.no_grad():
        draws = network(row.expand(count, *row.shape[1:])).reshape(count, -1).double().numpy()
    mean, deviation = (read(case, name, [-1]).astype(np.float64) for name in ("mean.bin", "deviation.bin"))
    # Six standard errors of a difference of two means of so many draws.
    bound = 6 * np.sqrt(2 / count) * np.maximum(deviation, draws.std(axis=0)) + 1e-5
    apart = np.abs(draws.mean(axis=0) - mean) / bound
    if apart.max() > 1:
        return f"the mean over draws is {apart.max():.2f} times the bound away"
    ours, theirs = np.sqrt((deviation**2).mean()), np.sqrt((draws.std(axis=0) ** 2).mean())
    return "" if abs(ours - theirs) < 0.05 * ours else f"the deviation over draws is {theirs:.4g}, not {ours:.4g}"


def predictions(case, _shapes):
    """predict.py on a table, against the answers of `netjson predict`."""
    command = [sys.executable, str(case / "pytorch" / "predict.py"), str(case / "samples.csv")]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return run.stderr[-300:]
    theirs = list(csv.reader(io.StringIO(run.stdout)))
    ours = list(csv.reader((case / "answers.csv").open()))
    if theirs[0] != ours[0] or len(theirs) != len(ours) or len(ours) < 2:
        return f"{len(theirs)} lines beginning with {theirs[0]}, not {len(ours)} with {ours[0]}"
    for line, (a, b) in enumerate(zip(theirs[1:], ours[1:])):
        for one, other in zip(a, b):
            try:
                near = abs(float(one) - float(other)) <= 1e-5 * max(1.0, abs(float(other)))
            except ValueError:
                near = one == other
            if not near:
                return f"sample {line}: {one}, not {other}"
    return ""


for case in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        facts = json.loads((case / "case.json").read_text())
        problem = {"answers": answers, "draws": statistics, "table": predictions}[facts["check"]](case, facts)
    except Exception as error:
        problem = f"{type(error).__name__}: {str(error)[:300]}"
    print(json.dumps({"name": f"PyTorch {torch.__version__}: {case.name}", "problem": problem}), flush=True)
