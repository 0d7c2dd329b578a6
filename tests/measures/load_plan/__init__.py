"""Loading a plan from files: all of it or nothing, every mistake in its place, twice without doubling anything."""

import pytest

# Their assertions then say what they compared, as those of the tests do.
pytest.register_assert_rewrite("tests.measures.load_plan.builders")
