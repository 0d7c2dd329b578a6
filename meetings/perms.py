"""Who may do what with meetings and minutes: lines of `members/access.toml`. Which rows is `visible_to`'s to say."""

from __future__ import annotations

from members.access import Relation, Verb, may

can_edit_meetings = may(Verb.EDIT, "meeting")
can_publish_meetings = may(Verb.PUBLISH, "meeting")
can_see_answers = may(Verb.LIST, "meeting-answer")
can_answer = may(Verb.EDIT, "meeting-answer", Relation.OWN)
can_see_attendance = may(Verb.LIST, "attendance")
can_write_minutes = may(Verb.EDIT, "minutes-draft")
can_circulate_minutes = may(Verb.PUBLISH, "minutes-draft")
can_publish_sections = may(Verb.PUBLISH, "minutes-public")
can_edit_meeting_papers = may(Verb.EDIT, "meeting-paper-members")
can_publish_meeting_papers = may(Verb.PUBLISH, "meeting-paper-public")
can_annotate = may(Verb.CREATE, "annotation")
can_edit_own_remarks = may(Verb.EDIT, "annotation", Relation.OWN)
can_decide_corrections = may(Verb.EDIT, "annotation")
can_export_annotations = may(Verb.EXPORT, "annotation")
can_import_minutes = may(Verb.CREATE, "minutes-import")
can_have_calendar = may(Verb.EDIT, "calendar", Relation.OWN)
