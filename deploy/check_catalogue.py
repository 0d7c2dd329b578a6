"""Says which texts of a translation catalogue have no translation, or a doubtful one."""

import sys
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po


def is_translated(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(texts) and not message.fuzzy


def main(path: str) -> int:
    with Path(path).open("rb") as file:
        catalogue = read_po(file)
    missing = [message.id for message in catalogue if message.id and not is_translated(message)]
    for text in missing:
        sys.stderr.write(f"Not translated: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
