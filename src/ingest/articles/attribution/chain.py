"""The chain of hands an article passed through, origin first, built from what was claimed.

1. Claims that name one publisher (by the table, by folded name or by domain) are one hand; so are a name and an
   address without a name that stand in the same stack of footers.
2. A hand that is the one who delivered is no hop of its own: a site that footers its own articles is their origin.
3. The first publisher is the hand with the most trusted claim. It is the origin, unless all we have is an
   automatic footer, a courtesy line or a feed's <source>, and the text is marked as an excerpt: whoever cut it
   may have been that hand, so it is `upstream`, an earlier hand and perhaps not the first.
   Where nobody claims to be first, an agency that wrote the text (its dateline, its name as the author) is.
4. Before it stand the agencies that supplied the text, after it other claimed hands, then those named as
   in between, then the delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.articles.attribution.claims import HandClaim
from ingest.articles.publishers import names, sites
from ingest.articles.publishers.table import Table
from ingest.records import Evidence, Hop, HopRole, NoticeKind

# What names an earlier hand without a person saying that it was the first.
_EARLIER = frozenset(
    {
        NoticeKind.APPEARED_FIRST.value,
        NoticeKind.ORIGINAL_SOURCE.value,
        NoticeKind.COURTESY_OF.value,
        "source",
        "via_url",
    }
)


@dataclass(slots=True)
class Hand:
    """The claims that mean one publisher."""

    name: str | None
    url: str | None
    claims: list[HandClaim] = field(default_factory=list)

    @property
    def trust(self) -> float:
        return max((claim.trust for claim in self.claims if not claim.between), default=0.0)

    @property
    def between(self) -> bool:
        return all(claim.between for claim in self.claims)

    @property
    def merely_earlier(self) -> bool:
        return all(claim.kind in _EARLIER for claim in self.claims if not claim.between)

    def evidence(self) -> tuple[Evidence, ...]:
        ranked = sorted(self.claims, key=lambda claim: -claim.trust)
        return tuple(dict.fromkeys(claim.evidence for claim in ranked))

    def take(self, claim: HandClaim) -> None:
        if self.name is None or (names.domain_in(self.name) and claim.name):
            self.name = claim.name or self.name
        self.url = self.url or claim.url
        self.claims.append(claim)


@dataclass(frozen=True, slots=True)
class Supplier:
    """An agency that the text came from. `wrote`: it is the author, not only credited."""

    name: str
    trust: float
    evidence: tuple[Evidence, ...]  # best first
    wrote: bool


@dataclass(frozen=True, slots=True)
class Chain:
    hops: tuple[Hop, ...]
    original: Hand | None  # the first publisher as far as anything claims
    position_of_claim: dict[Evidence, int]  # at which hop the evidence of a claim stands

    @property
    def delivery(self) -> int | None:
        return self.hops[-1].position if self.hops else None


def build(
    claims: Sequence[HandClaim],
    *,
    delivery: tuple[str | None, str | None],
    delivery_evidence: tuple[Evidence, ...],
    agencies: Sequence[Supplier],
    excerpt: bool,
    table: Table,
) -> Chain:
    """`delivery` is name and address of who gave us the article, (None, None) when unknown."""
    hands = _merged(claims, table)
    own = next((hand for hand in hands if names.same(hand.name, hand.url, *delivery, table)), None)
    others = [hand for hand in hands if hand is not own]
    wires = _wires(others, agencies, table)
    ranked = sorted(
        (hand for hand in others if not hand.between and hand not in wires), key=lambda hand: -hand.trust
    )
    between = [hand for hand in others if hand.between or hand in wires]
    original = ranked[0] if ranked else None
    hops: list[Hop] = []
    positions: dict[Evidence, int] = {}

    def add(
        name: str | None, url: str | None, role: HopRole, sure: float, evidence: tuple[Evidence, ...]
    ) -> None:
        for one in evidence:
            positions.setdefault(one, len(hops))
        shown, domain = names.identity(name, url, table)
        hops.append(Hop(len(hops), shown, url, role, round(sure, 3), evidence, domain))

    for agency in agencies:
        if not any(names.same(agency.name, None, hand.name, hand.url, table) for hand in others):
            own_desk = _is_own(agency.name, *delivery, table)
            if original is None and agency.wrote and (not own_desk or _is_of(agency.name, delivery[1])):
                original = _written_by(agency)
            if own_desk:
                continue  # an agency's own feed
            add(agency.name, None, HopRole.AGENCY, agency.trust, agency.evidence)
    for place, hand in enumerate(ranked):
        add(hand.name, hand.url, _role(hand, place, excerpt), hand.trust, hand.evidence())
    for hand in between:
        add(
            hand.name,
            hand.url,
            HopRole.REPUBLISHER,
            max(claim.trust for claim in hand.claims),
            hand.evidence(),
        )
    if delivery != (None, None):
        self_origin = own is not None and original is None and not own.between
        told = delivery_evidence + (own.evidence() if own else ())
        add(*delivery, HopRole.ORIGIN if self_origin else HopRole.DELIVERY, 1.0, told)
        if self_origin:
            original = own
    return Chain(tuple(hops), original, positions)


def _wires(hands: Sequence[Hand], agencies: Sequence[Supplier], table: Table) -> list[Hand]:
    """Of a press release whose issuer is named, the wires that sent it on, though a page calls theirs the original."""
    if not any(claim.kind == NoticeKind.PRESS_RELEASE_SOURCE for hand in hands for claim in hand.claims):
        return []
    return [
        hand
        for hand in hands
        if any(names.same(agency.name, None, hand.name, hand.url, table) for agency in agencies)
        and all(claim.kind != NoticeKind.PRESS_RELEASE_SOURCE for claim in hand.claims)
    ]


def _is_own(agency: str, name: str | None, url: str | None, table: Table) -> bool:
    """Whether the agency is who delivers: by name, by host, or a desk of it ("Harbour Business" of Harbour)."""
    if names.same(agency, None, name, url, table):
        return True
    own = names.key(name) if name else ""
    return _is_of(agency, url) or (len(own) >= 3 and names.key(agency).startswith(own))


def _is_of(agency: str, url: str | None) -> bool:
    """Whether the host bears the agency's name."""
    return url is not None and names.key(agency) in sites.labels(url)


def _written_by(agency: Supplier) -> Hand:
    claims = [HandClaim(agency.name, None, agency.trust, why, "agency", -1) for why in agency.evidence]
    return Hand(agency.name, None, claims)


def _role(hand: Hand, place: int, excerpt: bool) -> HopRole:
    if place > 0 or (hand.merely_earlier and excerpt):
        return HopRole.UPSTREAM
    return HopRole.ORIGIN


def _merged(claims: Sequence[HandClaim], table: Table) -> list[Hand]:
    hands: list[Hand] = []
    for claim in sorted(claims, key=lambda claim: claim.name is None):  # names first: they are told apart
        hand = next((h for h in hands if names.same(h.name, h.url, claim.name, claim.url, table)), None)
        if hand is None and claim.name is None:
            hand = _neighbour(hands, claim)
        if hand is None:
            hand = Hand(None, None)
            hands.append(hand)
        hand.take(claim)
    for hand in hands:
        if hand.name is None and hand.url:
            hand.name = names.host_name(hand.url)
    return hands


def _neighbour(hands: Sequence[Hand], claim: HandClaim) -> Hand | None:
    """The one hand named, without an address, in the stack of footers where the claim gives only an address.

    Not who issued a press release: the address beside it is its wire's.
    """
    near = [
        hand
        for hand in hands
        if hand.url is None
        and not hand.between
        and claim.stack >= 0
        and any(other.stack == claim.stack for other in hand.claims)
        and not any(other.kind == NoticeKind.PRESS_RELEASE_SOURCE for other in hand.claims)
    ]
    return near[0] if len(near) == 1 else None
