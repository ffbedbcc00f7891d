"""Are URLs that name the same page made equal, and only those?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import InvalidUrlError
from crawler.urls import MAX_URL, absolutise, canonicalise


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Norrvik.Example", "http://www.norrvik.example/"),
        ("http://norrvik.example:80/a", "http://norrvik.example/a"),
        ("https://norrvik.example:443/a", "https://norrvik.example/a"),
        ("https://norrvik.example:80/a", "https://norrvik.example:80/a"),
        ("http://norrvik.example./a#topp", "http://norrvik.example/a"),
        ("http://norrvik.example/a/./b/../c", "http://norrvik.example/a/c"),
        ("http://norrvik.example/../../a", "http://norrvik.example/a"),
        ("http://norrvik.example/a/%2e%2E/b", "http://norrvik.example/b"),
        ("http://norrvik.example/a/..", "http://norrvik.example/"),
        ("http://norrvik.example/%7Ebo/%c3%a5", "http://norrvik.example/~bo/%C3%A5"),
        ("http://norrvik.example/förskola och mat", "http://norrvik.example/f%C3%B6rskola%20och%20mat"),
        ("http://norrvik.example/f%F6rskola", "http://norrvik.example/f%F6rskola"),
        ("http://norrvik.example/100%", "http://norrvik.example/100%25"),
        ("http://norrvik.example?q=å", "http://norrvik.example/?q=%C3%A5"),
        ("http://norrvik.example/?", "http://norrvik.example/"),
        ("http://norrvik.example/a?utm_source=brev&id=3&fbclid=x", "http://norrvik.example/a?id=3"),
        ("http://norrvik.example/a?b=1&a=2", "http://norrvik.example/a?b=1&a=2"),
        ("http://norrvik.example/a;jsessionid=0A1B2C/b", "http://norrvik.example/a/b"),
        ("http://norrvik.example/a?PHPSESSID=abc&x", "http://norrvik.example/a?x"),
        ("http://norrvik.example/a?sid=12", "http://norrvik.example/a?sid=12"),
        ("http://norrvik.example/a?sid=a8f5f167f44f4964e6c998dee827110c", "http://norrvik.example/a"),
        ("http://blåvik.example/", "http://xn--blvik-nra.example/"),
        ("http://norrvik.example\\a\\b", "http://norrvik.example/a/b"),
        ("http://norrvik.example/A/", "http://norrvik.example/A/"),
        # Sessions in paths, by Java, PHP and ASP.NET; a name in brackets is a name
        ("http://norrvik.example/a;JSESSIONID=0A!-12?b=1", "http://norrvik.example/a?b=1"),
        ("http://norrvik.example/a;phpsessid=0a1b2c", "http://norrvik.example/a"),
        ("http://norrvik.example/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "http://norrvik.example/a.aspx"),
        ("http://norrvik.example/x/(X(1)S(lit3py55t21z5v55vlm25s55))", "http://norrvik.example/x"),
        ("http://norrvik.example/(S(kort))/a", "http://norrvik.example/(S(kort))/a"),
        ("http://norrvik.example/(Skola)/a", "http://norrvik.example/(Skola)/a"),
        ("http://norrvik.example/a.aspx?AspxAutoDetectCookieSupport=1", "http://norrvik.example/a.aspx"),
        ("http://norrvik.example/a?id=3&amp;utm_source=x", "http://norrvik.example/a?id=3"),
        ("http://norrvik.example/a?amp;id=3", "http://norrvik.example/a?amp;id=3"),
        # What a system puts beside the page that is meant
        ("http://norrvik.example/2026/nytt-bad/?replytocom=77", "http://norrvik.example/2026/nytt-bad/"),
        ("http://norrvik.example/a?replytocom=allt", "http://norrvik.example/a?replytocom=allt"),
        (
            "http://norrvik.example/Lists/N/DispForm.aspx?ID=3&ContentTypeId=0x0100A&Source=%2FLists",
            "http://norrvik.example/Lists/N/DispForm.aspx?ID=3",
        ),
        (
            "http://norrvik.example/Lists/N/DispForm.aspx?ContentTypeId=0x0100A",
            "http://norrvik.example/Lists/N/DispForm.aspx?ContentTypeId=0x0100A",
        ),
        ("http://norrvik.example/L/a.aspx?ID=3&Source=x", "http://norrvik.example/L/a.aspx?ID=3&Source=x"),
        ("  http://norrvik.example/a\n", "http://norrvik.example/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
    ],
)
def test_canonical_writing(url: str, canonical: str) -> None:
    assert canonicalise(url) == canonical


@pytest.mark.parametrize(
    "tail",
    [
        "moten.html?folder=19.3f9c3e&sv.url=12.4b05d4", "a.html?sv.target=12.27b6&sv.12.27b6.route=%2Fsok",
        "a.html?state=3&.portlet=1", "sv/a/?epslanguage=en", "Templates/Page.aspx?id=12&epslanguage=sv",
        "?p=12", "?page_id=12", "a/amp/", "a?amp=1", "node/12?language=en", "a?print=1", "a/print/",
        "a/skriv-ut", "a/utskrift.html", "index.html", "default.aspx", "index.php?option=com_content&id=3",
        "a?fontsize=2", "a?contrast=high", "a?lang=fi", "a?source=nyhetsbrev", "a?ref=start",
        "a?timestamp=17",
        "Pages/default.aspx?ContentTypeId=0x01", "a?v=2", "a?session=hosten2026",
    ],
)  # fmt: skip
def test_what_some_server_means_another_page_by_stays(tail: str) -> None:
    assert canonicalise(f"https://www.norrvik.example/{tail}") == f"https://www.norrvik.example/{tail}"


@pytest.mark.parametrize(
    "url",
    [
        "", "norrvik.example/a", "/a", "ftp://norrvik.example/", "mailto:info@norrvik.example", "http://",
        "http:///a", "http://a..b/", "http://[::1", "http://norrvik.example:99999/", "http://norrvik.example:0/",
        "http://bo:hemligt@norrvik.example/", "http://norr vik.example/", "http://ex%61mple/", "http://\ud800/",
        "http://norrvik.example/\ud800", "http://norrvik.example/" + "a" * MAX_URL,
        "http://norrvik.example/" + "å" * 1000, "http://-.example/", "http://\x00.example/",
    ],
)  # fmt: skip
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidUrlError):
        canonicalise(url)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c.html", "http://norrvik.example/a/c.html"),
        ("/c?d=1#e", "http://norrvik.example/c?d=1"),
        ("//annan.example/x", "http://annan.example/x"),
        ("?sida=2", "http://norrvik.example/a/b?sida=2"),
        ("#topp", "http://norrvik.example/a/b"),
        (" \n/c\td ", "http://norrvik.example/cd"),
        ("https://annan.example/", "https://annan.example/"),
        ("\\c\\d", "http://norrvik.example/c/d"),
        ("mailto:info@norrvik.example", None),
        ("tel:+4631390600", None),
        ("JavaScript:void(0)", None),
        ("java\nscript:void(0)", None),
        ("data:text/html,<p>", None),
        ("http://[", None),
        ("http://", None),
        ("http://bo@annan.example/", None),
        ("/" + "x" * 3000, None),
    ],
)
def test_links_are_made_absolute(href: str, url: str | None) -> None:
    assert absolutise("http://norrvik.example/a/b", href) == url


_PIECES = st.lists(
    st.sampled_from(
        ["a", "å", "%", "%2e", "%2F", "%c3", "/", "//", ".", "..", "?", "&", "=", ";", "jsessionid=", "utm_x",
         "sid=", "#", " ", "\\", ":", "@", "[", "]", "|", "\t", "0123456789abcdef", "\u0130", "ß",
         "%00", "\u2024", "(S(", "0123456789abcdefgh", "))", "(X(1)", "amp;", "replytocom=7", "id=1",
         "dispform.aspx", "source=", ";phpsessid="]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(max_size=200), _PIECES), st.booleans())
def test_canonicalising_is_idempotent_and_raises_nothing_else(tail: str, host: bool) -> None:
    try:
        once = canonicalise(("http://norrvik.example/" if host else "http://") + tail)
    except InvalidUrlError:
        return
    assert canonicalise(once) == once
    assert once.isascii()
    assert "#" not in once


@given(st.one_of(st.text(max_size=200), _PIECES))
def test_an_absolute_link_can_always_be_canonicalised(href: str) -> None:
    url = absolutise("https://norrvik.example/a/b?c", href)
    if url is not None:
        assert canonicalise(url).startswith(("http://", "https://"))
