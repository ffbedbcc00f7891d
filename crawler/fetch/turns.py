"""What happens when a URL's turn comes? It is passed over, refused, or visited, read and ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from crawler.assignment import Scope
from crawler.fetch.agency_hosts import AgencyHosts
from crawler.fetch.askers import Askers
from crawler.fetch.frontier import Entry
from crawler.fetch.host import Host
from crawler.fetch.live_run import LiveRun, now
from crawler.fetch.reader_process import FoundLink
from crawler.fetch.readers import ReaderPool
from crawler.fetch.render import Renderer
from crawler.fetch.rendered import rendered
from crawler.fetch.visiting import Fetched, Moved, Visiting
from crawler.outcomes import Outcome
from crawler.page import FetchedPage, PageResult
from crawler.store import UrlState, Visit, VisitedLink

_READ = frozenset({Outcome.INDEXED, Outcome.CANONICAL_ELSEWHERE})
_SAYS_NOTHING_NEW = frozenset({Outcome.DUPLICATE, Outcome.SOFT_404})


class Turns:
    """The turns of one run's URLs, host by host.

    `certain`: URLs that are visited whatever is known of them. `passed_over`: kept pages that were not
    visited, as they were not due, and that no sitemap names. `current`: the host that was turned to last.
    """

    def __init__(
        self,
        live: LiveRun,
        hosts: AgencyHosts,
        askers: Askers,
        *,
        readers: ReaderPool,
        renderer: Renderer | None,
        take_note: Callable[[], None],
    ) -> None:
        """`take_note` saves what the frontier found."""
        self._live = live
        self._hosts = hosts
        self._askers = askers
        self._readers = readers
        self._renderer = renderer
        self._take_note = take_note
        self._visiting = Visiting(live.agency, live.known)
        self._seeds = frozenset(live.agency.canonical(seed) for seed in live.agency.seeds)
        self.certain: set[str] = set()
        self.passed_over: set[str] = set()
        self.current = ""

    async def work(self, host: Host) -> None:
        """Visit a host's URLs one after another; the agency's `concurrency` of these run for each host."""
        live = self._live
        try:
            while not live.over:
                entry = None
                if not live.beside.done.is_set():
                    entry = live.frontier.next_of(host.name, only_asked=host.name in self._hosts.resting)
                if entry is None:
                    await host.wait()
                    continue
                live.beside.busy += 1
                live.under_way[entry.url] = entry
                try:
                    await self._visit(host, entry)
                finally:
                    live.beside.busy -= 1
                if not live.beside.done.is_set():
                    live.beside.after()
        except Exception as error:  # noqa: BLE001 - the edge of a task: the run logs it and says why
            live.beside.fail(error)

    async def _visit(self, host: Host, entry: Entry) -> None:
        live = self._live
        await live.saver.room()
        self.current = host.name
        if await self._passes_over(host, entry):
            return
        entry.begun = True
        blank = live.blank(entry)
        if host.gate.down:
            live.frontier.not_fetched()
            self.end(entry, replace(blank, outcome=Outcome.NOT_VISITED, reason=host.gate.down))
            return
        if _rest_of(host):
            self._rest(host, entry, blank)
            return
        rules = await host.rules(entry.url)
        if rules.blocked is Outcome.NOT_VISITED and _rest_of(host):
            self._rest(host, entry, blank)
            return
        if rules.blocked is not None:
            live.frontier.not_fetched()
            self.end(entry, replace(blank, outcome=rules.blocked, reason=rules.reason))
            return
        if not rules.allows(entry.url):
            live.frontier.not_fetched()
            self.end(entry, replace(blank, outcome=Outcome.ROBOTS_DENIED, reason="robots.txt disallows it"))
            return
        match await self._visiting.visit(host, entry, blank):
            case Fetched() as fetched:
                if self._renderer is not None:
                    fetched = await rendered(fetched, live.agency, self._renderer, self._hosts.by_name)
                await self._read(entry, fetched)
            case Moved() as moved:
                await self._moved(entry, moved)
            case Visit(outcome=Outcome.NOT_VISITED) as visit if _rest_of(host):
                self._rest(host, entry, visit)
            case Visit() as visit:
                state = live.known.get(entry.url)
                if visit.http_status == 304 and state is not None:
                    live.variants.learn(entry.url, state.content_hash)
                self.end(entry, visit)

    async def _moved(self, entry: Entry, moved: Moved) -> None:
        live, visit = self._live, moved.visit
        missing = await self._hosts.missing.of_redirect(entry.url, visit.canonical_url)
        if missing:
            self.end(entry, replace(visit, outcome=Outcome.SOFT_404, reason=missing, canonical_url=""))
            return
        live.variants.redirected(entry.url, visit.canonical_url)
        live.frontier.add(
            moved.target,
            entry.depth,
            text=entry.texts[0] if entry.texts else "",
            found_on=entry.url,
            hops=entry.hops + 1,
            off_host=True,
        )
        self._askers.lead_on(entry, visit)
        self.end(entry, visit)

    def _rest(self, host: Host, entry: Entry, blank: Visit) -> None:
        """The host is to be left alone for a while: its URLs wait, and the run goes on without it."""
        live, rest = self._live, host.resting
        assert rest is not None
        if entry.asked_for or live.assignment.scope is Scope.URL:
            reason = f"the host is left alone until {rest[0]:%Y-%m-%d %H:%M} UTC: {rest[1]}"
            self.end(entry, replace(blank, outcome=Outcome.NOT_VISITED, reason=reason))
            return
        self._hosts.resting[host.name] = rest
        live.under_way.pop(entry.url, None)
        entry.begun = False
        live.frontier.put_back(entry)

    # --- passing over ---

    async def _passes_over(self, host: Host, entry: Entry) -> bool:
        """Whether a URL need not be visited in this run; if so, that has been noted."""
        live, known = self._live, self._live.known
        if live.assignment.scope is Scope.URL and known.get(entry.url) is None:
            found: UrlState | None = await live.off_loop(live.store.url_state, entry.url)
            if found is not None:
                known.states[entry.url] = found
        state = known.get(entry.url)
        if state is None:
            return False
        if not state.pushed and (entry.asked_for or entry.url in self.certain):
            return False
        site = await self._hosts.mapped(host.name)
        reason = known.passed_over(state, site, seed=entry.url in self._seeds)
        if state.outcome.kept and live.endings.stands_elsewhere(state.content_hash, state.url):
            reason = reason if state.pushed else ""
        if reason and not state.pushed and not await self._is_as_robots_had_it(host, state):
            reason = ""
        if not reason or (entry.asked_for and not state.pushed):  # (somebody may have asked for it meanwhile)
            return False
        live.frontier.not_fetched()
        live.under_way.pop(entry.url, None)
        live.endings.pass_over(state, reason, now())
        mapped = entry.url in site.lastmods
        if state.outcome.kept and not (state.pushed or mapped or known.visited_before(state)):
            self.passed_over.add(entry.url)
        self._askers.tell(replace(live.blank(entry), outcome=Outcome.NOT_DUE, reason=reason))
        return True

    async def _is_as_robots_had_it(self, host: Host, state: UrlState) -> bool:
        """Whether robots.txt says of a URL what it said at its last visit; where it says something else, that
        holds at once, and costs no request."""
        if host.gate.down or _rest_of(host):
            return True
        rules = await host.rules(state.url)
        if rules.blocked is not None:
            return True
        return rules.allows(state.url) is not (state.outcome is Outcome.ROBOTS_DENIED)

    # --- reading ---

    async def _read(self, entry: Entry, fetched: Fetched) -> None:
        live, page = self._live, fetched.page
        if not page.link_texts and live.known.get(entry.url) is not None:
            texts = await live.off_loop(live.store.inbound_texts, [entry.url])
            page = replace(page, link_texts=texts.get(entry.url, ()))
        await self._readers.turn(page)
        live.beside.begin(self._conclude(entry, fetched.visit, page))

    async def _conclude(self, entry: Entry, visit: Visit, page: FetchedPage) -> None:
        live = self._live
        result, links = await self._readers.read(live.agency.id, page, live.number)
        result = await self._judged(entry, result)
        self._follow(entry, result, links)
        kept = live.endings.new_links(
            [
                VisitedLink(live.frontier.stands_for(link.target), link.text, link.chrome)
                for link in links
                if link.text
            ]
        )
        visit = replace(
            self._hosts.mapped_as(visit),
            asked_for=entry.asked_for,
            outcome=result.outcome,
            reason=result.reason,
            canonical_url=result.canonical_url,
            record=result.record,
            links=kept,
        )
        if live.assignment.scope is Scope.URL and result.record is not None:
            content_hash = result.record.content_hash
            other = await live.off_loop(
                live.store.duplicate_of, live.agency.id, content_hash, result.record.url
            )
            if other is not None:
                live.endings.stands(content_hash, other)
        live.under_way.pop(entry.url, None)
        if result.outcome is Outcome.CANONICAL_ELSEWHERE and result.record is not None:
            live.endings.hold(visit)
            self._askers.lead_on(entry, visit)
        else:
            outcome = live.endings.end(visit)
            if outcome.kept or outcome in _SAYS_NOTHING_NEW:
                live.frontier.brake.learn(entry.url, is_new=outcome.kept)
        self._askers.tell(visit)

    async def _judged(self, entry: Entry, result: PageResult) -> PageResult:
        """What was read, unless it is the page that the host shows for what is not there."""
        record = result.record
        if record is None or result.outcome not in _READ:
            return result
        missing = await self._hosts.missing.of_page(entry.url, record)
        if missing:
            return replace(result, outcome=Outcome.SOFT_404, reason=missing, record=None)
        self._live.variants.learn(entry.url, record.content_hash)
        return result

    def _follow(self, entry: Entry, result: PageResult, links: list[FoundLink]) -> None:
        """What the page leads to is in the store no later than the page itself."""
        live = self._live
        # A page that names another as canonical is on the same level as that one.
        first = result.canonical_url if result.outcome is Outcome.CANONICAL_ELSEWHERE else ""
        for link in links:
            if live.agency.owns(link.target):
                depth = entry.depth if link.target == first else entry.depth + 1
                live.frontier.add(link.target, depth, text=link.text, found_on=entry.url)
        self._take_note()

    def end(self, entry: Entry, visit: Visit) -> None:
        """A URL's visit has ended without a page to read."""
        live = self._live
        live.under_way.pop(entry.url, None)
        self._take_note()
        live.endings.end(replace(self._hosts.mapped_as(visit), asked_for=entry.asked_for))
        self._askers.tell(visit)


def _rest_of(host: Host) -> tuple[datetime, str] | None:
    return host.resting  # (it changes from one moment to the next, which a type checker does not expect)
