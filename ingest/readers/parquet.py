"""Parquet: checksums verified, every value to text."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from ingest.errors import Refused
from ingest.readers.header import clean_names
from ingest.readers.table import Facts, Source, Table, place_frame

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

EXACT_FLOAT = 2**53
MAX_UNCOMPRESSED = 16 << 30


def read_parquet(source: Source) -> Table:
    """A Parquet file as text columns.

    Raises:
        Refused: damaged, encrypted, nested columns, bytes that are no text, or a float that rounds an id.
    """
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    label = source.label
    try:
        file = pq.ParquetFile(source.path, page_checksum_verification=True)
        _check_size(file, label)
        _check_names(file, label)
        table = file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refused("is damaged Parquet", code="damaged", where=label, todo="export it again") from error
    if not table.column_names:
        raise Refused("has no columns", code="no_table", where=label, todo="check the export")
    texts = [_text(column, name, label) for name, column in zip(table.column_names, table.columns, strict=True)]
    frame = pl.DataFrame({f"c{i}": text for i, text in enumerate(texts)})
    return place_frame(frame, clean_names(table.column_names), Facts("Parquet"))


def _check_size(file: pq.ParquetFile, label: str) -> None:
    size = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
    if size > MAX_UNCOMPRESSED:
        raise Refused("unpacks to an absurd size", code="bomb", where=label, todo="split the export")


def _check_names(file: pq.ParquetFile, label: str) -> None:
    """The footer has no checksum, but Arrow's writers put the names there twice."""
    import pyarrow as pa

    stored = (file.metadata.metadata or {}).get(b"ARROW:schema")
    if stored and pa.ipc.read_schema(pa.py_buffer(base64.b64decode(stored))).names != file.schema_arrow.names:
        raise Refused("is damaged Parquet (two spellings of one column)", code="damaged", where=label,
                      todo="export it again")  # fmt: skip


def _text(column: pa.ChunkedArray, name: str, label: str):
    import polars as pl
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.combine_chunks().dictionary_decode()
        kind = column.type
    if pa.types.is_nested(kind):
        raise Refused(f"column {name!r} is nested", code="nested", where=label, todo="flatten it in the export")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        try:
            column = column.cast(pa.binary()).cast(pa.large_string())
        except pa.ArrowInvalid as error:
            raise Refused(f"column {name!r} holds bytes that are no UTF-8 text", code="undecodable", where=label,
                          todo="export it as text") from error  # fmt: skip
    series = pl.from_arrow(column)
    return _from_series(series, name, label)


def _from_series(series, name: str, label: str):
    import polars as pl

    if series.dtype.is_float():
        return _from_floats(series, name, label)
    if series.dtype == pl.Boolean:
        return series.cast(pl.Int8).cast(pl.String)
    if isinstance(series.dtype, pl.Datetime):
        if series.dtype.time_zone:
            return series.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%d %H:%M:%S%.fZ")
        return series.dt.strftime("%Y-%m-%d %H:%M:%S%.f").str.replace(r"\.0*$", "")
    if isinstance(series.dtype, pl.Duration):
        return _from_durations(series)
    return series.cast(pl.String)


def _from_durations(series):
    """Hours, minutes and seconds, as a spreadsheet shows a span of time."""
    import polars as pl

    seconds = series.dt.total_seconds().abs()
    parts = [(seconds // 3600).cast(pl.String), *((seconds // n % 60).cast(pl.String).str.zfill(2) for n in (60, 1))]
    sign = pl.select(pl.when(series < pl.duration(seconds=0)).then(pl.lit("-")).otherwise(pl.lit(""))).to_series()
    return sign + parts[0] + ":" + parts[1] + ":" + parts[2]


def _from_floats(series, name: str, label: str):
    """Whole numbers without their `.0`; whole numbers past 2^53 have lost digits and are refused."""
    import polars as pl

    present = series.drop_nulls().drop_nans()
    if not present.len() or not bool((present == present.round()).all()) or present.is_infinite().any():
        return series.cast(pl.String)
    if present.abs().max() >= EXACT_FLOAT:
        raise Refused(f"column {name!r} holds numbers rounded to floating point", code="rounded", where=label,
                      todo="export ids as text")  # fmt: skip
    whole = series.fill_nan(None).cast(pl.Int64).cast(pl.String)
    return pl.select(pl.when(series.is_nan()).then(pl.lit("NaN")).otherwise(whole)).to_series()
