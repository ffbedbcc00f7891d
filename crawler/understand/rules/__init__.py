"""What speaks for which doctype? The one table of rules, as data, in files by family.

A rule looks at one place of the page (view.Look) for a regular expression, or for words of which `at_least`
so many different ones must stand there, and adds its weight to the score of its doctype. The doctype with
the highest score wins (doctype.py). Weights: 1 a hint, 2 to 3 likely, 4 to 5 strong, 6 and more nearly
certain; a negative weight speaks against. Every place is in lower case.

Lists: a list of minutes is minutes itself, since it must not stand before services either; a list of news,
events, vacancies, e-services, forms or steering documents is `other`, a page that only leads on.

Sources: how Swedish municipalities, regions and state agencies build and word their sites (Sitevision,
Optimizely, WordPress, Open ePlatform, Abou, Artvise), Kommunallag (2017:725) 5 kap. for minutes and
notices, schema.org's types, and the usual wording of English-language agencies.
"""

from crawler.understand.rules import documents, happenings, information, meetings, services, whereabouts
from crawler.understand.rules.row import Rule

RULES: tuple[Rule, ...] = (
    *services.RULES,
    *whereabouts.RULES,
    *happenings.RULES,
    *meetings.RULES,
    *documents.RULES,
    *information.RULES,
)

__all__ = ["RULES", "Rule"]
