"""Writes the HDF5 files of test/fixtures/formats with h5py, in each way of keeping arrays that is read, and some that are not.

    python scripts/peers/hdf5_fixture.py

Made with h5py 3.16.0 (HDF5 2.0.0), numpy 2.4.6. What is in them is said again in test/unit/formats/hdf5Read.test.ts.
"""

import pathlib

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parents[2] / "test" / "fixtures" / "formats"


def numbers(shape, dtype):
    """Value i is (37 i mod 101) - 50, halved for floats."""
    values = np.arange(np.prod(shape, dtype=int)) * 37 % 101 - 50
    if np.issubdtype(dtype, np.unsignedinteger):
        values = values + 50
    return (values / 2 if np.issubdtype(dtype, np.floating) else values).astype(dtype).reshape(shape)


def arrays(group):
    # At most eight in a group: more make a heap of names in files of the latest version.
    for kind, dtypes in (("f", ("<f2", "<f4", "<f8", ">f2", ">f4", ">f8")), ("i", ("i1", "<i2", "<i4", "<i8"))):
        for dtype in dtypes:
            group.create_dataset(f"{kind}/{dtype}", data=numbers((3, 5), np.dtype(dtype)))
    for dtype in ("u1", ">u2", ">u4", ">u8"):
        group.create_dataset(f"u/{dtype}", data=numbers((3, 5), np.dtype(dtype)))
    group.create_dataset("scalar", data=np.float32(7))
    group.create_dataset("empty", data=np.zeros((0, 3), "f4"))
    group.create_dataset("pieces/plain", data=numbers((7, 9, 2), "f4"), chunks=(3, 4, 2))
    group.create_dataset("pieces/one", data=numbers((6, 4), "f4"), chunks=(6, 4), compression="gzip")
    group.create_dataset("pieces/many", data=numbers((90, 5), "f8"), chunks=(3, 2), compression="gzip", shuffle=True)
    group.create_dataset("pieces/gzip", data=numbers((50, 30), "f4"), chunks=(8, 30), compression="gzip", shuffle=True)
    group.attrs["text"] = "größe"
    group.attrs["bytes"] = b"plain"
    group.attrs["fixed"] = np.array([b"kernel:0", b"bias:0"])
    group.attrs["lists"] = np.array(["ein", "zwei", ""], dtype=h5py.string_dtype())
    group.attrs["number"] = 3


with h5py.File(FOLDER / "earliest.h5", "w") as file:
    arrays(file)
    for i in range(300):
        file[f"many/layer_{i}"] = file["scalar"]


for name, version in (("latest.h5", "latest"), ("v110.h5", ("v110", "v110"))):
    with h5py.File(FOLDER / name, "w", libver=version) as file:
        arrays(file)
        # All pieces at once, one behind another: without a list.
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk((2, 3))
        creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        space = h5py.h5s.create_simple((5, 7))
        dataset = h5py.h5d.create(file["pieces"].id, b"allocated", h5py.h5t.IEEE_F32LE, space, creation)
        h5py.Dataset(dataset)[...] = numbers((5, 7), "f4")


with h5py.File(FOLDER / "unread.h5", "w", libver="latest") as file:
    arrays = file.create_group("arrays")
    arrays.create_dataset("lzf", data=numbers((8, 8), "f4"), chunks=(4, 4), compression="lzf")
    arrays.create_dataset("fletcher", data=numbers((8, 8), "f4"), chunks=(4, 4), fletcher32=True)
    arrays.create_dataset("growing", data=numbers((8, 8), "f4"), chunks=(4, 4), maxshape=(None, 8))
    arrays.create_dataset("nothing", shape=(4,), dtype="f4")
    arrays.create_dataset("holes", shape=(8, 8), dtype="f4", chunks=(4, 4))[:4, :4] = 1
    types = file.create_group("types")
    types.create_dataset("bool", data=np.array([True, False]))
    types.create_dataset("records", data=np.array([(1, 2)], dtype=[("re", "f4"), ("im", "f4")]))
    types.create_dataset("texts", data=np.array(["a"], dtype=h5py.string_dtype()))
    file.create_group("soft")["link"] = h5py.SoftLink("/types")
    for i in range(40):
        file[f"heap/{i}"] = np.float32(i)
        types.attrs[f"attribute {i}"] = i


with h5py.File(FOLDER / "block.h5", "w", userblock_size=512) as file:
    file["a"] = numbers((2, 3), "f4")
