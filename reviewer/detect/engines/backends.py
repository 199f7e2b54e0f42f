"""Where a Splink model runs: DuckDB on this machine, or Spark on this machine or a cluster."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"


class Backend(ABC):
    """A database that Splink can work in; ``each`` and ``gathered`` are its names for what lists need."""

    each: str
    """Makes a row of every element of a list."""
    gathered: str
    """Makes a list of the values of a group."""
    api: Any
    """The backend as Splink takes it."""

    @abstractmethod
    def read(self, name: str, parquet: Path) -> None:
        """Let the file be a table of that name."""

    @abstractmethod
    def make(self, name: str, query: str) -> None:
        """Let what the query gives be a table of that name."""

    @abstractmethod
    def rows(self, query: str) -> Sequence[Sequence[Any]]:
        """All rows, which must be few."""

    @abstractmethod
    def write(self, query: str, folder: Path) -> None:
        """Write what the query gives as Parquet: files in a folder that is not there yet."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything."""


class DuckDB(Backend):
    """DuckDB with its tables in a file of ``folder``: what does not fit in memory is on disk, nothing is loaded."""

    each, gathered = "unnest", "list"

    def __init__(self, folder: Path) -> None:
        import duckdb
        from splink import DuckDBAPI

        self._connection = duckdb.connect(
            str(folder / "engine.duckdb"),
            config={
                "temp_directory": str(folder / "spilt"),
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        self.api = DuckDBAPI(self._connection)

    def read(self, name: str, parquet: Path) -> None:
        self._connection.read_parquet(str(parquet)).create_view(name)

    def make(self, name: str, query: str) -> None:
        self._connection.execute(f"CREATE TABLE {name} AS {query}")

    def rows(self, query: str) -> Sequence[Sequence[Any]]:
        found: list[tuple[Any, ...]] = self._connection.execute(query).fetchall()
        return found

    def write(self, query: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._connection.sql(query).write_parquet(str(folder / "part.parquet"))

    def close(self) -> None:
        self._connection.close()


class Spark(Backend):
    """Spark where ``master`` says; a cluster must see ``folder`` under the same path.

    Everything else of the session is for Spark's own settings (``spark-defaults.conf``), but on this machine it
    listens on loopback only.
    """

    each, gathered = "explode", "collect_list"

    def __init__(self, folder: Path, master: str) -> None:
        if master.startswith("local"):
            os.environ["SPARK_LOCAL_IP"] = LOOPBACK
        from pyspark.sql import SparkSession
        from splink import SparkAPI
        from splink.backends.spark import similarity_jar_location

        self._folder = folder
        builder = SparkSession.builder.appName("reviewer").master(master)
        for key, value in self._settings(folder, master, similarity_jar_location()).items():
            builder = builder.config(key, value)
        self._session = builder.getOrCreate()
        self._session.sparkContext.setCheckpointDir((folder / "steps").as_uri())
        self.api = SparkAPI(spark_session=self._session)

    @staticmethod
    def _settings(folder: Path, master: str, jar: str) -> dict[str, str]:
        always = {
            "spark.jars": jar,  # Splink's comparisons of texts
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        }
        if not master.startswith("local"):
            return always
        here = {
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.local.dir": str(folder / "spilt"),
            "spark.sql.shuffle.partitions": "8",  # 200 are for a cluster
        }
        return always | here

    def read(self, name: str, parquet: Path) -> None:
        self._session.read.parquet(parquet.as_uri()).createOrReplaceTempView(name)

    def make(self, name: str, query: str) -> None:
        where = (self._folder / "tables" / name).as_uri()
        self._session.sql(query).write.parquet(where)
        self._session.read.parquet(where).createOrReplaceTempView(name)

    def rows(self, query: str) -> Sequence[Sequence[Any]]:
        return [tuple(row) for row in self._session.sql(query).collect()]

    def write(self, query: str, folder: Path) -> None:
        self._session.sql(query).write.parquet(folder.as_uri())

    def close(self) -> None:
        self._session.stop()
