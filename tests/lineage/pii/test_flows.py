"""Personal data flows down; decisions stop it; cycles end; a part of the graph says the same as the whole."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from catalog.pii.classes import sensitivity
from lineage.pii.flows import LEVELS, Arrow, Inherited, Own, inherited

FIRM, FOUND = Own("email", True), Own("email", False)
CHAIN = [Arrow(1, 2), Arrow(2, 3)]


def test_a_class_flows_on_and_tells_its_path() -> None:
    assert inherited({1: FIRM}, CHAIN) == {2: Inherited("email", (1,)), 3: Inherited("email", (1, 2))}


def test_what_is_decided_to_be_not_personal_stops_it() -> None:
    assert inherited({1: FIRM, 2: Own("", True)}, CHAIN) == {}


def test_a_decided_class_flows_on_instead_of_what_comes_in() -> None:
    assert inherited({1: FIRM, 2: Own("phone", True)}, CHAIN) == {3: Inherited("phone", (2,))}


def test_what_is_detected_on_the_way_does_not_hide_where_it_begins() -> None:
    assert inherited({1: FOUND, 2: FOUND}, CHAIN)[3].path == (1, 2)


def test_something_worse_that_is_detected_on_the_way_flows_on() -> None:
    assert inherited({1: FOUND, 2: Own("health", False)}, CHAIN)[3] == Inherited("health", (2,))


def test_the_most_sensitive_class_wins_over_a_shorter_path() -> None:
    arrows = [*CHAIN, Arrow(4, 3)]
    assert inherited({1: Own("health", True), 4: FIRM}, arrows)[3] == Inherited("health", (1, 2))


def test_the_shortest_path_is_told() -> None:
    assert inherited({1: FIRM}, [*CHAIN, Arrow(1, 3)])[3].path == (1,)


def test_one_way_in_clear_is_no_pseudonym() -> None:
    assert not inherited({1: FIRM}, [Arrow(1, 2, True), Arrow(1, 2)])[2].hashed


def test_a_circle_of_detected_columns_begins_once() -> None:
    found = inherited({1: FOUND, 2: FOUND}, [Arrow(1, 2), Arrow(2, 1), Arrow(2, 3)])
    assert found == {2: Inherited("email", (1,)), 3: Inherited("email", (1, 2))}


def test_a_long_chain_needs_no_stack() -> None:
    found = inherited({0: FIRM}, [Arrow(n, n + 1) for n in range(20_000)])
    assert (len(found), len(found[50].path), found[20_000].path[0]) == (20_000, 50, 0)


NODES = st.integers(0, 9)
OWNS = st.dictionaries(
    NODES,
    st.one_of(
        st.just(Own("", True)),
        st.builds(Own, st.sampled_from(["email", "phone", "iban", "salary", "health"]), st.booleans()),
    ),
    max_size=6,
)
ARROWS = st.lists(st.builds(Arrow, NODES, NODES, st.booleans()), max_size=25)


@given(OWNS, ARROWS)
def test_every_reason_is_a_real_path_from_a_column_of_that_class(owns: dict[int, Own], arrows: list[Arrow]) -> None:
    pairs = {(arrow.upstream, arrow.downstream) for arrow in arrows}
    for node, (pii, path, _) in inherited(owns, arrows).items():
        assert owns[path[0]].pii == pii
        assert all(pair in pairs for pair in zip(path, (*path[1:], node), strict=True))
        assert not any(step in owns and owns[step].firm for step in (*path[1:], node))


@given(OWNS, ARROWS)
def test_whatever_personal_data_leads_to_is_personal(owns: dict[int, Own], arrows: list[Arrow]) -> None:
    found = inherited(owns, arrows)

    def level(node: int) -> int:
        """0 is the most sensitive."""
        own = owns.get(node)
        known = [] if own is None or not own.pii else [own.pii]
        if node in found and not (own and own.firm):
            known.append(found[node].pii)
        return min((LEVELS.index(sensitivity(pii)) for pii in known), default=len(LEVELS))

    for up, down, _ in arrows:
        if up != down and not (down in owns and owns[down].firm):
            assert level(down) <= level(up)


@given(OWNS, ARROWS, st.randoms())
def test_the_order_of_arrows_means_nothing(owns: dict[int, Own], arrows: list[Arrow], random: Random) -> None:
    shuffled = random.sample(arrows, len(arrows))
    assert inherited(owns, shuffled) == inherited(owns, arrows)


@given(OWNS, ARROWS, NODES)
def test_all_that_lies_upstream_is_enough_to_know(owns: dict[int, Own], arrows: list[Arrow], wanted: int) -> None:
    needed = {wanted}
    while more := {arrow.upstream for arrow in arrows if arrow.downstream in needed} - needed:
        needed |= more
    part = inherited(
        {node: own for node, own in owns.items() if node in needed},
        [arrow for arrow in arrows if arrow.downstream in needed],
    )
    assert part.get(wanted) == inherited(owns, arrows).get(wanted)
