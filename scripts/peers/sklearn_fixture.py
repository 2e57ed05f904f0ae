"""Writes test/fixtures/data/sklearn.json: what scikit-learn makes of the same requests (pip install scikit-learn).

    python scripts/peers/sklearn_fixture.py
"""

import csv
import json

import numpy as np
import sklearn
from sklearn.datasets import make_circles, make_moons
from sklearn.preprocessing import StandardScaler


def drawn(points):
    inputs, labels = points
    return {"inputs": inputs.tolist(), "labels": labels.tolist()}


with open("examples/data/wine.csv") as file:
    wine = np.array([[float(x) for x in row[:-1]] for row in list(csv.reader(file))[1:]])
# Every other row trains; the scaler has seen those alone.
scaler = StandardScaler().fit(wine[0::2])

with open("test/fixtures/data/sklearn.json", "w") as file:
    json.dump(
        {
            "sklearn": sklearn.__version__,
            "moons": drawn(make_moons(n_samples=9, shuffle=False, noise=None)),
            "circles": drawn(make_circles(n_samples=9, shuffle=False, noise=None, factor=0.5)),
            "standardized": {
                "mean": scaler.mean_.tolist(),
                "deviation": scaler.scale_.tolist(),
                "rest": scaler.transform(wine[1::2])[:3].tolist(),
            },
        },
        file,
        indent=1,
    )
    file.write("\n")
