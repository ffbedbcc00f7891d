"""Is it understood as a whole whom and what a query is after?"""

import pytest

from searchapi.query import parse
from searchapi.thesaurus import load_thesaurus
from searchapi.understand import Understander
from tests.integration.small_federation import registry

_UNDERSTANDER = Understander(registry(), load_thesaurus())


@pytest.mark.parametrize(
    ("query", "office"),
    [
        ("socialchefen", True),
        ("ring kommundirektören", True),
        ("kommunalråd", True),
        ("rektor", True),
        ("parkeringschef", True),
        ("biståndshandläggare", False),
        ("dataskyddsombud", False),
        ("telefon miljöinspektör", False),
        ("växel", False),
        ("hemtjänst", False),
    ],
)
def test_an_office_is_somebodys_who_leads(query: str, office: bool) -> None:
    assert _UNDERSTANDER.understand(parse(query), None).office is office
