"""Where higher rooms add to the pages of this one: what was said, what was promised."""

from common.panels import Panels

MEASURE = Panels()
INSTITUTION = Panels()
