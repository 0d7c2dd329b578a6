"""Reading a site through as its readers do: every page that leads to another one, then what they all say."""

from __future__ import annotations

import html
import io
import json
import re
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.urls import resolve
from openpyxl import load_workbook
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.test import Client

HERE = "http://testserver/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINKS = re.compile(r'\s(?:href|src|action|formaction|hx-get)="([^"]*)"')
# What only chooses among the rows of a page: who assessed, as of which day, in which order. Two of each are enough.
SLICES = {"par", "le", "niveau", "priorite", "tri"}
MOST_SLICES = 2
# What a form is filled in with, whatever it is about: two of each are enough for one form, and one form for each.
FILLINGS = {"section"}
# More pages than a small world can have: a crawl that never ends is a defect of the site.
MOST_PAGES = 2000


def read(response: Any) -> bytes:
    """The whole body, streamed or not. At its end the test client closes the file behind it, and only that.

    (`response.close()` would close the database connection as well, as the end of a request does.)
    """
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


@dataclass(frozen=True)
class Page:
    """What one address answered: headers and body, as text, whatever the body's kind."""

    address: str
    status: int
    kind: str
    text: str

    def links(self) -> Iterator[str]:
        """Addresses of this site that the page leads to."""
        found: Iterable[str] = ()
        if self.kind == "text/html":
            found = map(html.unescape, LINKS.findall(self.text))
        elif self.kind == "application/json":
            found = re.findall(r'"(http://testserver/[^"]*|/[^"]*)"', self.text)
        for link in found:
            whole = urlsplit(urljoin(f"{HERE}{self.address[1:]}", link))
            if whole.netloc == "testserver" and not whole.path.startswith("/static/"):
                yield whole._replace(scheme="", netloc="", fragment="").geturl()


def fetch(client: Client, address: str, **headers: str) -> Page:
    response: Any = client.get(address, headers=headers)
    body = read(response)
    kind = response.headers.get("Content-Type", "").split(";")[0]
    said = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return Page(address, response.status_code, kind, f"{said}\n\n{text_of(kind, body)}")


def text_of(kind: str, body: bytes) -> str:
    """What a person, or a program, reads in a body."""
    if kind == "application/pdf":
        reader = PdfReader(io.BytesIO(body))
        pages = [page.extract_text() for page in reader.pages]
        return "\n".join([*pages, str(dict(reader.metadata or {}))])
    if kind == XLSX:
        book = load_workbook(io.BytesIO(body))
        cells = (
            cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
        return "\n".join(str(cell) for cell in [*book.sheetnames, *cells])
    text = body.decode()
    if kind == "application/json":
        # Accents come as escapes.
        return json.dumps(json.loads(text), ensure_ascii=False)
    if kind == "text/html":
        # Word differences cut words into pieces with tags: also read it without them.
        return f"{text}\n{re.sub(r'<[^>]+>', '', text)}"
    return text


def page_of(address: str) -> str:
    """The page of which an address shows a slice: what differs from it by a row, or by words, is another one."""
    path, _, query = address.partition("?")
    fields = [
        (name, "" if name in SLICES | FILLINGS else value)
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return f"{path}?{urlencode(sorted(fields))}"


def fillings_of(address: str) -> set[tuple[str, str, str]]:
    """What an address fills the form of its view in with."""
    path, _, query = address.partition("?")
    fields = [(name, value) for name, value in parse_qsl(query) if name in FILLINGS]
    return {(resolve(path).view_name, *field) for field in fields}


def crawl(client: Client, starts: Iterable[str]) -> Iterator[Page]:
    """Every page that can be reached from these, each fetched once, as one goes; and these, whatever their slices."""
    waiting = deque(dict.fromkeys(starts))
    known = set(waiting)
    slices = Counter(map(page_of, known))
    fillings = set[tuple[str, str, str]]().union(*map(fillings_of, known))
    while waiting:
        page = fetch(client, waiting.popleft())
        yield page
        assert len(known) < MOST_PAGES, sorted(known)
        for link in page.links():
            if link in known:
                continue
            page_of_link, filled_in_with = page_of(link), fillings_of(link)
            if slices[page_of_link] < MOST_SLICES or not filled_in_with <= fillings:
                known.add(link)
                slices[page_of_link] += 1
                fillings |= filled_in_with
                waiting.append(link)
