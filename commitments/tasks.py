"""This room's work that is done outside web requests, by `manage.py run_worker`."""

from django_tasks import task


@task()
def make_letters(run_pk: int) -> None:
    """Lay out the letters of one run. Run twice, or taken up after a crash, it makes none twice."""
    # The services put this task in the queue: they cannot both be read first.
    from commitments.services.runs import make_run

    make_run(run_pk)


@task()
def mail_letter(letter_pk: int) -> None:
    """Mail one letter to its addressee. Run twice, or twice at once, it sends one mail."""
    from commitments.services.letter_mail import send_waiting

    send_waiting(letter_pk)
