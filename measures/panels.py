"""Where higher rooms add to the pages of this one: what was said, what was promised."""

from common.panels import Panels

# A panel of the board may also put a mark into tiles: out of band, into `#marks-` and the measure's primary key.
BOARD = Panels()
MEASURE = Panels()
INSTITUTION = Panels()
# On the status sheet: what higher rooms hold that an assessment of the measure may cite.
CITABLE = Panels()
