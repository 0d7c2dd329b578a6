"""Who may do what with commitments and letters: lines of `members/access.toml`. Which rows is `visible_to`'s to say."""

from __future__ import annotations

from members.access import Relation, Verb, may

can_edit_commitments = may(Verb.EDIT, "commitment-members")
can_export_commitments = may(Verb.EXPORT, "commitment-members")
can_publish_commitments = may(Verb.PUBLISH, "commitment-public")
can_write_letters = may(Verb.EDIT, "letter-draft")
can_sign_letters = may(Verb.PUBLISH, "letter-draft")
can_read_letters = may(Verb.LIST, "letter")
# A guest, those that name them.
can_list_letters = can_read_letters | may(Verb.LIST, "letter-named", Relation.NAMED)
can_follow_letters = may(Verb.EDIT, "letter")
can_edit_templates = may(Verb.EDIT, "letter-template")
can_have_deadlines = may(Verb.VIEW, "commitment-calendar", Relation.OWN)
