"""A distributed engine through its own executor, for real: worker processes on loopback."""

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import list_bundles

distributed = pytest.importorskip("distributed", reason="needs Dask: make test-scale")


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        # Not pure: a directory that changed has to be read again.
        yield client.get_executor(pure=False)


def test_a_dask_cluster_reads_the_same_bundles_in_the_same_order(
    executor: Executor, tmp_path: Path
) -> None:
    for i in range(70):
        publish(tmp_path / f"m{i:02}", a_metadata(), a_metrics() if i % 4 else b"[]")
    assert list_bundles(tmp_path, executor=executor) == list_bundles(tmp_path)
    publish(tmp_path / "later", a_metadata(), a_metrics())
    assert len(list_bundles(tmp_path, executor=executor)) == 71
