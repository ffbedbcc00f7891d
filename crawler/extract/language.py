"""In which language is a page written? What it declares and what its words show, and which of them wins.

The rule, in order:
1. Fewer than 12 words: the declared language, else Swedish (too little to tell).
2. The commonest function words of Swedish, English, Norwegian, Danish, Finnish and German are counted.
   Where those of one language are clearly ahead and the page declares that language or none, that is it.
3. Otherwise langdetect (seeded, on a sample of at most 500 characters from the start, the middle and the end)
   judges. It takes Swedish for Norwegian or Danish at times, and the other way: letters (ä ö against æ ø) and
   function words overrule it between these three.
4. What was detected wins over what was declared where it is sure (90 %, 40 words or more), where the
   function words agree with it, or where the letters are of another script: templates declare "sv" on
   translated pages, and "en" on Swedish ones. Otherwise the declared language stays. The evidence says in
   words what decided.
"""

import re
import threading
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from langdetect import PROFILES_DIRECTORY
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from crawler.extract.text import words

DEFAULT = "sv"

_SAMPLE = 500
_COUNTED = 2_400
_ENOUGH_WORDS = 12
_SURE_WORDS = 40
_SURE = 0.9
# Languages of Swedish public pages: the Nordic ones, the large immigrant ones, the neighbours'. langdetect
# has no profile for Sami, Meänkieli, Romani, Yiddish, Tigrinya, Dari or Kurdish; for these the declaration
# stands. Two sets by script, since the time grows with the number of profiles.
_LATIN = words("cs da de en es et fi fr hr hu it lt lv nl no pl pt ro so sq sv tr vi")
_OTHER = words("ar bg el fa he hi ja ko mk pa ru th uk ur zh-cn en sv")
_WORDS = re.compile(r"[^\W\d_]+")
_FUNCTION_WORDS = {
    "sv": (
        "och att är för inte från eller också när vad hur här ska ni jag på som av med till du vi har "
        "kan om det den din ditt dina"
    ),
    "en": (
        "the and of to is for you your are with that this from not or be on in as by can will have we "
        "if at an it"
    ),
    "no": (
        "og å er ikke fra eller også når hva hvordan her skal dere jeg på som av med til du vi har "
        "kan om det den din"
    ),
    "da": (
        "og at er ikke fra eller også når hvad hvordan her skal jeg på som af med til du vi har kan "
        "om det den din"
    ),
    "fi": "ja on ei että se voi ovat sekä myös tai kun jos sen joka kuin hän olla mukaan ole voit sinun",
    "de": "und der die das ist nicht für mit auf sie den von zu werden eine ein im sich oder bei wird",
}
_BY_WORD: dict[str, tuple[str, ...]] = {}
for _code, _list in _FUNCTION_WORDS.items():
    for _word in _list.split():
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _code)
_SCANDINAVIAN = frozenset({"sv", "no", "da"})

_lock = threading.Lock()


@lru_cache(maxsize=2)
def _factory(profiles: frozenset[str]) -> Any:
    factory = DetectorFactory()
    factory.seed = 0
    factory.load_json_profile(
        [Path(PROFILES_DIRECTORY, name).read_text("utf-8") for name in sorted(profiles)]
    )
    return factory


def detect(text: str) -> tuple[str, float]:
    """langdetect's verdict on a text: ISO 639-1 code and probability, or ("", 0)."""
    sample = _sample(text)
    with _lock:
        detector = _factory(_OTHER if _beyond_latin(sample) else _LATIN).create()
        detector.n_trial = 2
        try:
            detector.append(sample)
            found = detector.get_probabilities()
        except LangDetectException:
            return "", 0.0
    if not found:
        return "", 0.0
    return found[0].lang[:2], float(found[0].prob)


def _beyond_latin(text: str) -> bool:
    """Whether a good part of a text is written in other letters than Latin ones."""
    return sum(char > "\u036f" for char in text) > len(text) // 5


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    third = _SAMPLE // 3
    middle = len(text) // 2
    return f"{text[:third]} {text[middle : middle + third]} {text[-third:]}"


def _counts(found: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for word in found:
        for code in _BY_WORD.get(word, ()):
            counts[code] += 1
    return counts


def decide(text: str, declared: str, source: str) -> tuple[str, str]:
    """The language of a text and the evidence for it, by the rule above. `source`: where it was declared."""
    said = f"declared {declared} ({source})" if declared else "nothing declared"
    folded = _spread(text).lower()
    tokens = _WORDS.findall(folded)
    if len(tokens) < _ENOUGH_WORDS:
        # Scripts without spaces have few "words"; their letters say enough.
        if not declared and len(folded) > 30 and not folded.isascii():
            guess, sure = detect(text)
            if sure >= _SURE:
                return guess, f"{said}; langdetect: {guess} {sure:.2f}"
        return declared or DEFAULT, f"{said}; too little text to detect"
    counts = _counts(tokens)
    # Norwegian and Danish share most function words with Swedish; what only one has decides.
    leader, hits = counts.most_common(1)[0] if counts else ("", 0)
    if leader in _SCANDINAVIAN:
        leader = _scandinavian(tokens, folded)
        hits = counts[leader]
    others = max(
        (n for code, n in counts.items() if code != leader and not ({code, leader} <= _SCANDINAVIAN)),
        default=0,
    )
    clear = hits >= max(4, len(tokens) * 0.1) and hits >= others * 2
    # A list of names and dates has few function words; that those few are of the declared language is enough.
    if (clear and declared in {leader, ""}) or (declared == leader and hits >= 3 and hits >= others * 2 + 2):
        return leader, f"{said}; {hits} of {len(tokens)} words are function words of {leader}"
    found, probability = detect(text)
    if found in _SCANDINAVIAN and (leader in _SCANDINAVIAN or declared in _SCANDINAVIAN):
        found = _scandinavian(tokens, folded)
    if not found:
        return (leader if clear else declared or DEFAULT), f"{said}; langdetect finds no language"
    shown = f"langdetect: {found} {probability:.2f}"
    if found == declared:
        return declared, f"{said}; {shown}"
    if declared in _LATIN and found not in _LATIN and _beyond_latin(folded):
        return found, f"{said}; {shown}, and the letters are not those of {declared}"
    if clear and leader == found:
        return found, f"{said}; {shown}, and {hits} of {len(tokens)} words are function words of {found}"
    if probability >= _SURE and len(tokens) >= _SURE_WORDS and (not clear or not declared):
        return found, f"{said}; {shown} on {len(tokens)} words"
    if clear and leader == declared:
        return declared, f"{said}; {shown}, but {hits} function words of {declared}"
    if not declared:
        return found, f"{said}; {shown}"
    return declared, f"{said}; {shown} is not sure enough"


def _spread(text: str) -> str:
    """At most _COUNTED characters of the text, from its start, middle and end."""
    if len(text) <= _COUNTED:
        return text
    third = _COUNTED // 3
    middle = len(text) // 2
    return f"{text[:third]} {text[middle : middle + third]} {text[-third:]}"


_ONLY = {
    "sv": words(
        "och att är för inte från också när vad hur här ska ni jag eller ditt dina er era även ej både"
    ),
    "no": words("og å ikke fra også hva hvordan jeg dere dette bare være blir mye noen etter hvis både"),
    "da": words("og at ikke fra også hvad hvordan jeg af være bliver meget nogen efter hvis eller både blev"),
}


def _scandinavian(tokens: list[str], folded: str) -> str:
    """Swedish, Norwegian or Danish, by their own words and letters."""
    scores = {code: sum(word in own for word in tokens) for code, own in _ONLY.items()}
    swedish = folded.count("ä") + folded.count("ö")
    other = folded.count("æ") + folded.count("ø")
    scores["sv"] += swedish // 2
    scores["no"] += other // 2
    scores["da"] += other // 2
    return max(scores, key=lambda code: (scores[code], code == "sv"))
