"""Who may do what with measures and assessments. Seeing is `visible_to`; these are the verbs."""

from members.perms import is_secretariat

# A change of status is recorded, and published, by the secretariat (docs/decisions/0002).
can_assess = is_secretariat
can_see_history = is_secretariat
