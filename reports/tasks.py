"""The work that is done outside web requests, by `manage.py run_worker`."""

from django_tasks import task


@task()
def make_export(export_pk: int) -> None:
    """Lay out one report. Run twice for the same export, it does the work once."""
    # The services put this task in the queue: they cannot both be read first.
    from reports.services import run_export

    run_export(export_pk)


@task()
def make_minutes(export_pk: int) -> None:
    """Lay out minutes for one reader. Run twice for the same export, it does the work once."""
    from reports.minutes_files import run_minutes_export

    run_minutes_export(export_pk)
