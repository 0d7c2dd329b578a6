"""Deadlines as French people say them: the first day on which a promise is late.

The rules. Where words can be read in two ways, the later day is taken: nobody is called late on a reading that they could
dispute.

- **avant** stops before what it names: “avant le 31 mars” is late on 31 March, “avant l’été” on 21 June, “avant 2016” on
  1 January 2016. Before the end of something is until it ends: “avant la fin de l’année 2014” is late on 1 January 2015.
  Before the middle is before its very day: “avant la mi-mars” is late on 15 March, “avant mi-2015” on 1 July.
- **d’ici, en, à, au, pour, courant, au plus tard, jusqu’à, dès, à compter de**, or nothing at all, let what they name run
  to its end: “d’ici septembre 2017” is late on 1 October 2017, “au plus tard le 1er juin” on 2 June.
- **dans, sous, d’ici, avant, en** with a length of time count from the day after it was said, and a month ends on the day of
  the same number or on its last one (Code de procédure civile, art. 641): “dans les six mois” said on 31 August is late
  on 1 March. “Dans l’année”, “dans le mois” are one year, one month. Of “deux ou trois mois”, three. “Huitaine” is eight
  days, “quinzaine” fifteen.
- **début, mi-, fin** are the thirds of a year, a semester, a quarter, a season; of a month, until the 10th, the 20th and
  its end; of a week, until Tuesday, Thursday and Sunday.
- **Seasons** begin on 21 March, 21 June, 23 September and 22 December. A winter with one year begins in it: “hiver 2014” is
  late on 21 March 2015. The **rentrée** is September. The **summer holidays** run from 8 July, by when schools have closed,
  to 31 August; a **school year** to 31 August. The **fêtes** are 24 December to 1 January.
- **No year is said**: the next one after the day it was said, that is the first that does not make it late at once: “au
  premier trimestre” said in February is this one, said in September next year's. **Prochain**: the first that has not begun.
  “Fin du mois”, “fin de l’année”: those of the day it was said. A deadline that its year puts before the promise is
  given as it is, for whoever records it to refuse.
- A day of the week that is not that of the date, a day that is in no calendar, two years, a deadline that hangs on something
  else (“dans les six mois suivant la loi”, “d’ici la fin du quinquennat”), and whatever is not known: `None`.

`dateparser` (1.5.0, November 2026) was tried on the table of `tests/common/test_deadlines.py`: of 148 deadlines it reads
30 and tells the right day of 22. It looks for a day in a text, not for the end of a stretch of time, and knows no “avant”,
season, quarter or “fin”.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from common.deadlines.lengths import last_day_of_length
from common.deadlines.names import late_from_name
from common.deadlines.spans import ONE_DAY, UnknownError
from common.deadlines.vocabulary import LONGEST, UNTIL, plain

if TYPE_CHECKING:
    import datetime as dt

# After these, or nothing, a length of time may follow: “pendant deux ans” is no deadline.
COUNTING = {"", "dans", "sous", "d'ici", "d'ici a", "en", "avant"}


def read_deadline(words: str, said_on: dt.date) -> dt.date | None:
    """First day on which what was promised “for then” is late; `None` where these words do not tell it.

    Accents, capitals, apostrophes and kinds of space do not count. Never raises, whatever the text.
    """
    text = plain(words)
    if not text or len(text) > LONGEST:
        return None
    try:
        return _read(text, said_on)
    except (UnknownError, ValueError, OverflowError):
        # The last two: a day that is in no calendar.
        return None


def _read(text: str, said_on: dt.date) -> dt.date:
    found = re.match(rf"(?:(?:{UNTIL}) )?(avant)\b ?|({UNTIL})\b ?", text)
    word, before = "", False
    if found:
        word, before = found[1] or found[2], bool(found[1])
        text = text[found.end() :]
    if word in COUNTING and (counted := last_day_of_length(text, said_on, alone=word == "dans")):
        return counted + ONE_DAY
    return late_from_name(text, said_on, before=before)
