"""This room's work that is done outside web requests, by `manage.py run_worker`."""

from django_tasks import task


@task()
def send_convocations(meeting_pk: int) -> None:
    """Mail a meeting's convocation to those who have not been sent it. Run twice, or twice at once, it sends no more."""
    # The services put this task in the queue: they cannot both be read first.
    from meetings.services.convocations import send_waiting

    send_waiting(meeting_pk)
