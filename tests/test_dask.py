"""A distributed engine through its own executor, for real: worker processes on loopback."""

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest
from strategies import a_metadata, a_metrics, publish

from taskclf.model_registry import SelectionPolicy, find_best_model, list_bundles

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


def test_a_dask_cluster_judges_bundles_where_it_reads_them(
    executor: Executor, tmp_path: Path
) -> None:
    for i in range(70):
        other = {"schema_hash": "another"} if i % 5 == 1 else {}
        publish(
            tmp_path / f"m{i:02}",
            a_metadata(**other),
            a_metrics(macro_f1=i / 70) if i % 4 else b"[]",
        )
    asked = (tmp_path, SelectionPolicy(version=2, min_macro_f1=0.5), "4077c2e1", ["Build", "Debug"])
    report = find_best_model(*asked, executor=executor)
    assert {record.kind for record in report.excluded} == {"invalid", "incompatible", "constraint"}
    assert report.model_dump_json() == find_best_model(*asked).model_dump_json()
