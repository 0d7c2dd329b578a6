"""Who may do what with reports. Seeing is `visible_to`; these are the verbs."""

from members.perms import is_coordinator, is_secretariat

# A report is what the collective signs: the coordinator has it made, publishes it and takes it back.
can_make_reports = is_coordinator
can_see_work = is_secretariat
