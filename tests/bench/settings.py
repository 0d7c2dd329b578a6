"""The site's own settings, with one page more: the bare one that the others are compared with."""

from pathlib import Path

from config import settings as site

for _name in dir(site):
    if _name.isupper():
        globals()[_name] = getattr(site, _name)

ROOT_URLCONF = "tests.bench.urls"
OWN_TEMPLATES = Path(__file__).parent / "templates"
TEMPLATES = [{**site.TEMPLATES[0], "DIRS": [site.BASE_DIR / "templates", OWN_TEMPLATES]}]
