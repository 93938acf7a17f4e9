"""A standalone Spark on loopback: one master, two workers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
START_S = 90


def _start(folder: Path, name: str, *args: str) -> subprocess.Popen[bytes]:
    env = os.environ | {
        "SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
        "SPARK_CONF_DIR": str(folder),
    }  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen([HOME / "bin" / "spark-class", *args], env=env, stdout=log, stderr=subprocess.STDOUT)


def _said(folder: Path, name: str, pattern: str) -> re.Match[str]:
    """The match of a line a process writes once it is up."""
    for _ in range(START_S * 10):
        if found := re.search(pattern, (folder / f"{name}.log").read_text("utf-8", "replace")):
            return found
        time.sleep(0.1)
    raise TimeoutError(f"Spark's {name} did not come up in {START_S} s")


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The URL of the master; its processes end with the context. Small jobs: two partitions instead of two hundred."""
    conf = folder / "spark-defaults.conf"
    conf.write_text("spark.sql.shuffle.partitions 2\nspark.executor.memory 600m\nspark.driver.host 127.0.0.1\n"
                    "spark.driver.bindAddress 127.0.0.1\n")  # fmt: skip
    deploy = "org.apache.spark.deploy"
    running = [
        _start(folder, "master", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    ]
    try:
        port = _said(folder, "master", r"Starting Spark master at spark://127\.0\.0\.1:(\d+)")[1]
        url = f"spark://127.0.0.1:{port}"
        for name in ("first", "second"):
            running.append(_start(folder, name, f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--cores", "1",
                                  "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder / name), url))  # fmt: skip
        for name in ("first", "second"):
            _said(folder, name, "Successfully registered with master")
        yield url
    finally:
        for process in running:
            process.kill()
            process.wait()
