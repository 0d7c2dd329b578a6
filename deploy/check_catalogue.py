"""Says which texts of a translation catalogue have no translation, or a doubtful one."""

import sys
from pathlib import Path

from babel.messages.pofile import read_po


def main(path: str) -> int:
    with Path(path).open("rb") as file:
        catalogue = read_po(file)
    missing = [
        message.id
        for message in catalogue
        if message.id and (message.fuzzy or not all([message.string] if isinstance(message.string, str) else message.string))
    ]
    for text in missing:
        sys.stderr.write(f"Not translated: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
