"""Pages about measures: what is shown (`pages`) and how a status is changed (`assess`)."""
