"""The collective's work that is done outside web requests, by `manage.py run_worker`."""

from django_tasks import task


@task()
def make_letter(letter_pk: int) -> None:
    """Lay out one letter and send it. Run twice for the same letter, it goes on where the first stopped."""
    # The services put this task in the queue: they cannot both be read first.
    from members.services.letters import run_letter

    run_letter(letter_pk)
