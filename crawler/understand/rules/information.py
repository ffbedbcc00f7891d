"""What speaks for information to a citizen, and what for a page that only leads on?

Rows of the one table; rules/__init__.py says how they are weighed.
"""

from crawler.record import Doctype
from crawler.understand.rules.row import Rule
from crawler.understand.rules.row import different as _words
from crawler.understand.view import Look

D, L = Doctype, Look
# fmt: off

RULES: tuple[Rule, ...] = (
    # ---- guide -------------------------------------------------------------------------------------------
    Rule("guide_base", L.SHAPE, D.GUIDE, 2, "a page with text is information unless something says otherwise",
         r"text:(?:short|long)"),
    Rule("guide_prose", L.SHAPE, D.GUIDE, 0.5, "whole paragraphs", r"prose:ample"),
    Rule("guide_words", L.TEXT, D.GUIDE, 1, "speaks to the reader about an errand",
         words=_words("du kan|du behöver|du som|så här|ansöker du|ansök|vem kan|vad kostar|det kostar"
                      "|så går det till|handläggningstid|vanliga frågor|du har rätt|rätt till|vi hjälper"
                      "|kontakta oss|kan du få|du får|avgift|blankett|e-tjänst|gäller för dig|tänk på"
                      "|ni kan|behöver du|you can|how to|eligib|how do i|you may|apply for|you need"
                      "|your "), at_least=4),
    Rule("guide_words_many", L.TEXT, D.GUIDE, 1, "speaks to the reader about an errand all through",
         words=_words("du kan|du behöver|du som|så här|ansöker du|vem kan|vad kostar|det kostar"
                      "|så går det till|handläggningstid|vanliga frågor|du har rätt|rätt till|vi hjälper"
                      "|kan du få|du får|tänk på|behöver du|innan du|om du|när du|måste du|du måste"
                      "|till dig som|you can|how to|eligib|how do i|you may|apply for|you need|if you"
                      "|you’ll need|you'll need|find out"), at_least=6),
    Rule("guide_title", L.NAME, D.GUIDE, 2, "the title asks or tells how",
         r"^(?:så här|så|hur|vad|när|vem|varför|behöver du|får jag|kan jag|att |att tänka på|råd om"
         r"|stöd (?:till|för|vid)|hjälp (?:med|i|till|vid)|information om|how|what|when|who|can i|about)\b"
         r"|\?$|frågor och svar|vanliga frågor|\bguide\b|eligibility|how to"),
    Rule("guide_title_noun", L.NAME, D.GUIDE, 1, "the title is a matter that citizens have",
         r"^(?:bygglov|förskola|barnomsorg|hemtjänst|färdtjänst|försörjningsstöd|ekonomiskt bistånd"
         r"|bostadsanpassning\w*|skolskjuts|parkering\w*|trygghetslarm|avfall|sophämtning"
         r"|vatten och avlopp|god man|skuldrådgivning|budget- och skuldrådgivning|serveringstillstånd"
         r"|vigsel|namnändring|id-kort|pass|körkort|föräldrapenning|bostadsbidrag|sjukpenning|pension"
         r"|folkbokföring|eldning|hund\w*|lantmäteri|nybyggnadskarta|detaljplan\w*|modersmål\w*|fritidshem"
         r"|äldreboende|lss|personlig assistans|kontaktperson|ledsagning|avlastning|anhörigstöd"
         r"|[\wåäö]+bidrag|[\wåäö]+stöd|[\wåäö]+tillstånd)\b"),
    Rule("guide_schema", L.SCHEMA, D.GUIDE, 2, "schema.org says questions and answers, or how to",
         r" (?:faqpage|howto|qapage|governmentservice|medicalwebpage) "),
    Rule("guide_sections", L.HEADINGS, D.GUIDE, 1, "headings of a guide",
         r"(?m)^(?:så (?:här )?(?:ansöker|gör|anmäler|går|fungerar)|vem kan|vad kostar|kostnad|avgift"
         r"|handläggningstid|ansök|innan du|efter|det här behöver|du behöver|vanliga frågor|regler"
         r"|när behöver|behöver jag|hur (?:ansöker|gör|lång)|vad gäller|how do i|what|who|am i eligible"
         r"|can i get|get )"),
    Rule("guide_offers_service", L.LINKS, D.GUIDE, 1, "hands on to an e-service",
         r"\be-tjänst(?:en)?\b|\bansök om |\bblankett\b"),
    Rule("guide_document", L.SHAPE, D.GUIDE, -1, "documents are less often guides", r"type:(?:pdf|office)"),
    # ---- other -------------------------------------------------------------------------------------------
    Rule("other_front", L.PATH, D.OTHER, 5, "a front page",
         r"^/(?:index\.(?:html?|php|aspx)|start(?:sida)?(?:\.html?|/)?|hem/?|home/?|sv/?|en/?"
         r"|default\.aspx)?$"),
    Rule("other_search", L.PATH, D.OTHER, 5, "a search page",
         r"^/(?:[a-z]{2}/)?(?:sok|search|sokresultat|soktraff\w*|sok\.html|search-results)(?:/|\.html?|$"
         r"|\?)"),
    Rule("other_title", L.NAME, D.OTHER, 5, "the title of a front page, a list or a notice on the site",
         r"^(?:startsida|start$|hem$|home$|välkommen(?: till [^\n]{3,50})?$|sök$|sök på|sökresultat"
         r"|sökträffar|webbkarta|sidkarta|sitemap|innehåll a|a-ö|a–ö|a till ö|alla e-tjänster|e-tjänster$"
         r"|våra e-tjänster|e-services?$|online services$|e-tjänster och blanketter|e-tjänster a"
         r"|blanketter$|alla blanketter|blanketter a|självservice$|mina sidor$|logga in$|kakor|om cookies"
         r"|cookies|om kakor|tillgänglighetsredogörelse|tillgänglighet för|om (?:webbplatsen"
         r"|e-tjänste?portalen|portalen|e-tjänsterna|självservice)|site ?map|sign in|log ?in|search"
         r"|index of|terms of use|terms (?:and|&) conditions|privacy statement|kategori(?:er)?\b|taggar?\b"
         r"|länkar|snabblänkar|genvägar|sidan (?:finns inte|kunde inte|hittades inte)|404|index$)"),
    Rule("other_list", L.NAME, D.OTHER, 6,
         "the title is that of a list of news, events, vacancies or notices",
         r"^(?:styrdokument|styrande dokument|(?:kommunens |kommunal )?författningssamling(?:en)?|nyheter"
         r"|nyhetsarkiv|alla nyheter|aktuellt|senaste nytt|pressmeddelanden|news(?:room)?|press releases"
         r"|lediga (?:jobb|tjänster)|jobba hos oss|vacancies|evenemang|evenemangskalender|kalender"
         r"|kalendarium|kalendern|på gång|det händer|(?:upcoming )?events?(?: calendar)?|(?:digital "
         r"|kommunens )?anslagstavla|digital anslagstavla)(?: (?:i|på|hos|från|för) [^\n]{2,40}| 20\d\d"
         r"|,? (?:och |planer )[^\n]{3,60})?$"),
    Rule("other_index", L.SHAPE, D.OTHER, 3.5, "more links to further pages than text",
         r"links:index(?!.*links:meetings)"),
    Rule("other_listing", L.SHAPE, D.OTHER, 2.5, "hardly anything but links",
         r"links:listing(?!.*links:(?:index|meetings))"),
    Rule("other_dense", L.SHAPE, D.OTHER, 1, "links make up most of the text", r"links:dense"),
    Rule("other_menu", L.SHAPE, D.OTHER, 1, "links and no paragraph", r"prose:none links:dense"),
    Rule("other_services", L.SHAPE, D.OTHER, 2, "a list of services", r"links:services"),
    Rule("other_no_prose", L.SHAPE, D.OTHER, 0.5, "no paragraph of text", r"prose:none"),
    Rule("other_empty", L.SHAPE, D.OTHER, 3, "next to no text", r"text:none"),
    Rule("other_login", L.SHAPE, D.OTHER, 1, "a login form and little else",
         r"(?=.*form:login)(?=.*text:(?:none|short))"),
)
# fmt: on
