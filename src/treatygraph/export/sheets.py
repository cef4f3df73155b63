"""Tables as files: CSV with its W3C description (CSVW), and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from treatygraph.errors import CorpusError, UsageError
from treatygraph.export.columns import SEPARATOR, TABLES, Column, Table
from treatygraph.export.tables import Cell
from treatygraph.namespaces import CSVW

__all__ = ["csv_description", "csv_sheet", "needs_pyarrow", "parquet_sheet"]

_ROWS = 1000  # that are handed on together
_DATATYPES = {"iri": "anyURI", "string": "string", "date": "date", "integer": "integer"}


def csv_sheet(table: Table, rows: Iterable[dict[str, Cell]]) -> Iterator[bytes]:
    """A table as CSV: UTF-8, RFC 4180 with plain line ends, `SEPARATOR` between the values of one cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    names = ["id", *(column.name for column in table.columns)]
    writer.writerow(names)
    for number, row in enumerate(rows, 1):
        writer.writerow([SEPARATOR.join(cell) if isinstance(cell, list) else cell for cell in (row[name] for name in names)])
        if number % _ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_description(tables: Iterable[Table] = TABLES) -> bytes:
    """What the CSV files and their columns hold, for programs: W3C Metadata Vocabulary for Tabular Data (CSVW)."""
    described = {"@context": CSVW, "tables": [_described(table) for table in tables]}
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _described(table: Table) -> dict[str, Any]:
    identifier = {"name": "id", "titles": "id", "dc:description": "the IRI of the thing", "datatype": "anyURI", "required": True}
    return {
        "url": f"{table.name}.csv",
        "dc:description": table.about,
        "tableSchema": {"columns": [identifier, *map(_described_column, table.columns)], "primaryKey": "id", "aboutUrl": "{+id}"},
    }


def _described_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.about, "datatype": _DATATYPES[column.type]}
    if column.language:
        described["lang"] = column.language
    if column.many:
        described["separator"] = SEPARATOR
    return described


def needs_pyarrow() -> None:
    """Nothing, if Parquet can be written.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs the package pyarrow, which is not installed.", "Run: pip install 'treatygraph[tables]'") from None
    assert pyarrow.parquet


def parquet_sheet(table: Table, rows: Iterable[dict[str, Cell]]) -> bytes:
    """A table as Parquet, with days as days and several values as lists.

    Raises:
        CorpusError: a value is no day or no number.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"iri": pa.string(), "string": pa.string(), "date": pa.date32(), "integer": pa.int64()}
    fields = [pa.field("id", pa.string(), nullable=False)]
    fields += [
        pa.field(column.name, pa.list_(types[column.type]) if column.many else types[column.type], metadata={"description": column.about})
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata={"description": table.about})
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_typed(table, row) for row in rows], schema=schema), buffer)
    return buffer.getvalue()


def _typed(table: Table, row: dict[str, Cell]) -> dict[str, Any]:
    typed: dict[str, Any] = {"id": row["id"]}
    for column in table.columns:
        cell = row[column.name]
        typed[column.name] = [_value(column, row, value) for value in cell] if isinstance(cell, list) else None if cell is None else _value(column, row, cell)
    return typed


def _value(column: Column, row: dict[str, Cell], text: str) -> Any:  # noqa: ANN401 - a day, a number or a text
    try:
        return date.fromisoformat(text) if column.type == "date" else int(text) if column.type == "integer" else text
    except ValueError:
        raise CorpusError(f"{row['id']}: {column.name} is '{text}', which is no {column.type}.", "Run: treatygraph check") from None
