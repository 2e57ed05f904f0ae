"""Cuts test/fixtures/formats/fashion-*.gz from Fashion-MNIST (Debian: dataset-fashion-mnist; MIT license, Zalando SE).

    python scripts/peers/fashion_mnist_fixture.py FOLDER     where train-images-idx3-ubyte.gz and the others lie

The first 20 pictures of each class for training and the first 5 for the test, in the order of the files.
"""

import gzip
import struct
import sys
from pathlib import Path

source, target = Path(sys.argv[1]), Path("test/fixtures/formats")
for part, each in ("train", 20), ("t10k", 5):
    images = gzip.decompress((source / f"{part}-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = gzip.decompress((source / f"{part}-labels-idx1-ubyte.gz").read_bytes())[8:]
    taken, left = [], [each] * 10
    for row, label in enumerate(labels):
        if left[label]:
            left[label] -= 1
            taken.append(row)
    idx3 = struct.pack(">BBBBIII", 0, 0, 8, 3, len(taken), 28, 28) + b"".join(images[784 * r : 784 * r + 784] for r in taken)
    idx1 = struct.pack(">BBBBI", 0, 0, 8, 1, len(taken)) + bytes(labels[r] for r in taken)
    for name, data in ("images-idx3", idx3), ("labels-idx1", idx1):
        (target / f"fashion-{part}-{name}-ubyte.gz").write_bytes(gzip.compress(data, 9, mtime=0))
