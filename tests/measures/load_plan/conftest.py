"""The files of the small plan, in a copy for each test, so that the mistake made there is the only one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.measures.load_plan.builders import Files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "petit-plan")
