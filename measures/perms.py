"""Who may do what with measures and assessments. Seeing is `visible_to`; these are the verbs."""

import rules

from members.perms import is_secretariat

# A change of status is recorded, and published, by the secretariat (docs/decisions/0002).
rules.add_perm("measures.assess", is_secretariat)
rules.add_perm("measures.see_history", is_secretariat)
