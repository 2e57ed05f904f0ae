"""Parquet files as their own libraries write them, small, with what is in them.

    python scripts/peers/parquet_fixture.py test/fixtures/formats

Needs pyarrow and pandas. Writes every.parquet.json, in which each file is base64 beside the rows that it holds: as numbers,
texts, dates in ISO 8601, and null.
"""

import base64
import datetime as dt
import decimal
import io
import json
import sys
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 50


def table():
    random = np.random.default_rng(20)
    gaps = random.random(ROWS) < 0.2

    def nullable(values, type_=None):
        return pa.array([None if gap else value for gap, value in zip(gaps, values)], type_)

    words = ["red", "green", "blue", "Grün", "赤"]
    numbers = random.normal(size=ROWS)
    return pa.table(
        {
            "double": pa.array(numbers),
            "float": pa.array(numbers.astype("f4")),
            "int": nullable(range(-10, ROWS - 10), pa.int32()),
            "long": pa.array([(-1) ** i * 3**i for i in range(40)] + [2**53 + 1] * (ROWS - 40), pa.int64()),
            "small": pa.array([i % 7 - 3 for i in range(ROWS)], pa.int8()),
            "unsigned": pa.array([2**32 - 1 - i for i in range(ROWS)], pa.uint32()),
            "truth": nullable([i % 3 == 0 for i in range(ROWS)]),
            "word": nullable([words[i] for i in random.integers(0, 5, ROWS)]),
            "text": pa.array([f"row {i:04d} of many" for i in range(ROWS)]),
            "date": nullable([dt.date(1969, 12, 30) + dt.timedelta(days=i) for i in range(ROWS)]),
            "moment": pa.array([dt.datetime(2026, 11, 22, 10, 0, i, 250_000 * (i % 4)) for i in range(ROWS)], pa.timestamp("us", "UTC")),
            "amount": pa.array([decimal.Decimal(i * 37 - 500).scaleb(-2) for i in range(ROWS)], pa.decimal128(12, 2)),
            "empty": pa.array([None] * ROWS, pa.float64()),
        }
    )


def cell(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime()
    if isinstance(value, dt.datetime):
        text = value.replace(tzinfo=None).isoformat()
        text = text.rstrip("0") if "." in text else text
        return text + ("Z" if value.tzinfo else "")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > 2**53:
        return {"whole": str(value)}
    if isinstance(value, float) and value != value:
        return "NaN"
    return value


def file(name, written, table_):
    columns = {field: [cell(v) for v in table_.column(field).to_pylist()] for field in table_.column_names}
    return {"name": name, "file": base64.b64encode(written).decode(), "columns": columns}


def write(table_, **options):
    out = io.BytesIO()
    pq.write_table(table_, out, **options)
    return out.getvalue()


def main(folder):
    every = table()
    plain = every.select(["double", "int", "truth", "word", "amount"])
    lengths = {"double": "BYTE_STREAM_SPLIT", "int": "DELTA_BINARY_PACKED", "long": "DELTA_BINARY_PACKED", "word": "DELTA_LENGTH_BYTE_ARRAY", "text": "DELTA_BYTE_ARRAY", "truth": "RLE"}
    delta = every.select(list(lengths))
    files = [
        file("pyarrow, Snappy and dictionaries", write(every), every),
        file("pyarrow, gzip, pages of version 2", write(every, compression="gzip", data_page_version="2.0"), every),
        file("pyarrow, not packed, no dictionary", write(every, compression="none", use_dictionary=False), every),
        file("pyarrow, row groups and small pages with checksums", write(every, row_group_size=17, data_page_size=64, write_page_checksum=True), every),
        file("pyarrow, differences", write(delta, use_dictionary=False, column_encoding=lengths, data_page_version="2.0"), delta),
        file("pyarrow, dates of 96 bits", write(every.select(["moment"]), use_deprecated_int96_timestamps=True, version="1.0"), pa.table({"moment": every.column("moment").cast(pa.timestamp("us"))})),
        file("pyarrow, no rows", write(plain.slice(0, 0)), plain.slice(0, 0)),
    ]
    # The moment of 96 bits has no zone in the file, and is read as UTC.
    for at in files[5]["columns"]["moment"]:
        assert not at.endswith("Z")
    files[5]["columns"]["moment"] = [f"{at}Z" for at in files[5]["columns"]["moment"]]
    frame = pd.DataFrame({"x": [1.5, float("nan"), -2.0], "n": pd.array([1, None, 3], "Int64"), "kind": pd.Categorical(["a", "b", "a"]), "when": pd.to_datetime(["2026-01-01", "2026-01-02T03:04:05.000000006", None], format="ISO8601")}, index=[5, 6, 9])
    out = io.BytesIO()
    frame.to_parquet(out, engine="pyarrow")
    read = {"x": [1.5, None, -2], "n": [1, None, 3], "kind": ["a", "b", "a"], "when": ["2026-01-01T00:00:00", "2026-01-02T03:04:05.000000006", None], "__index_level_0__": [5, 6, 9]}
    files.append({"name": "pandas, with an index", "file": base64.b64encode(out.getvalue()).decode(), "columns": read})
    odd = pa.table({"x": [1.0, 2.0, 3.0], "list": [[1], [2, 3], []], "pair": [{"a": 1, "b": 2}] * 3, "bytes": pa.array([b"ab"] * 3, pa.binary(2)), "raw": pa.array([b"\xff\xfe"] * 3), "id": pa.array([uuid.UUID(int=i).bytes for i in range(3)], pa.binary(16)), "half": pa.array(np.array([1.5, -2, 0.25], "f2"))})
    refused = [
        {"name": "nested", "file": base64.b64encode(write(odd, compression="none")).decode()},
        *({"name": codec, "file": base64.b64encode(write(plain, compression=codec)).decode()} for codec in ("zstd", "brotli", "lz4")),
    ]
    large = pa.table({"i": np.arange(20_000), "r": np.random.default_rng(1).integers(0, 3, 20_000)})
    sum_ = {"name": "pyarrow, many pages", "file": base64.b64encode(write(large, compression="gzip", column_encoding={"i": "DELTA_BINARY_PACKED"}, use_dictionary=["r"], data_page_size=4096)).decode(), "rows": 20_000, "sums": [int(large.column(c).to_numpy().sum()) for c in ("i", "r")]}
    with open(f"{folder}/every.parquet.json", "w") as out_:
        json.dump({"pyarrow": pa.__version__, "pandas": pd.__version__, "files": files, "refused": refused, "many": sum_}, out_, ensure_ascii=False, separators=(",", ":"))
        out_.write("\n")


main(sys.argv[1])
