"""Make the work pool that `prefect.yaml` names: `python -m flows.work_pool`.

`prefect work-pool create` would do it too, but asks a public registry for the pool's template
first; this takes the template that ships with Prefect.
"""

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect.client.orchestration import get_client  # isort: skip
from prefect.client.schemas.actions import WorkPoolCreate  # isort: skip
from prefect.workers.process import ProcessWorker  # isort: skip

NAME = "tracker"


def make_work_pool() -> None:
    """Make the pool on the server that `PREFECT_API_URL` names; one that is there stays."""
    pool = WorkPoolCreate(
        name=NAME,
        type="process",
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    with get_client(sync_client=True) as client:
        client.create_work_pool(pool, overwrite=True)


if __name__ == "__main__":
    make_work_pool()
