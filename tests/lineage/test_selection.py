"""dbt's selection syntax, as text and as assets."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Asset, Domain, Source
from lineage.queries.hops import Look
from lineage.queries.selecting import select
from lineage.selection import MANY, Unreadable, Word, parse
from portal.accounts.models import User
from tests.lineage.world import claim, thing, told


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("revenue", Word("revenue")),
        ("+revenue", Word("revenue", up=MANY)),
        ("2+marts.revenue+1", Word("marts.revenue", up=2, down=1)),
        ("@revenue", Word("revenue", all_it_needs=True)),
        ("tag:daily+", Word("daily", "tag", down=MANY)),
        ("resource_type:exposure", Word("exposure", "kind")),
        ('exposure:"Revenue Overview"', Word("Revenue Overview", "exposure")),
    ],
)
def test_a_word_is_read(text: str, word: Word) -> None:
    assert parse(text).wanted == ((word,),)


def test_spaces_unite_commas_intersect_and_exclude_takes_away() -> None:
    found = parse("a,tag:b c --exclude d e,f")
    assert found.wanted == ((Word("a"), Word("b", "tag")), (Word("c"),))
    assert found.without == ((Word("d"),), (Word("e"), Word("f")))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *(("a, b", 1), ("a ,b", 2), (",a", 0), ("a,", 1), ("a colour:red", 2), ("@a+", 0), ("a ++", 2), ("", 0)),
        *(("a --exclude", 11), ("a --exclude b --exclude c", 14), ('tag:""', 0)),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, at: int) -> None:
    with pytest.raises(Unreadable) as told_of:
        parse(text)
    assert told_of.value.at == at


@given(st.text(max_size=60))
def test_any_text_is_a_selection_or_told_with_a_place_in_it(text: str) -> None:
    try:
        assert parse(text).wanted
    except Unreadable as error:
        assert 0 <= error.at <= len(text)


@pytest.fixture
def chain(source: Source) -> dict[str, Asset]:
    """raw.a → staging.b → marts.c → board, and marts.c also from other.d."""
    made = [thing(path, tags=["daily"] if path == "marts.c" else []) for path in ("raw.a", "staging.b", "marts.c")]
    board, other = thing("bi.board", "dashboard"), thing("other.d")
    told(source, *(claim(up, down) for up, down in zip(made, [*made[1:], board], strict=False)), claim(other, made[2]))
    return {asset.title: asset for asset in [*made, board, other]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("c", "c"),
        ("marts.c", "c"),
        ("+c", "abcd"),
        ("1+c", "bcd"),
        ("a+1", "ab"),
        ("@a", "abcd board"),
        ("tag:daily+", "c board"),
        ("schema:raw kind:dashboard", "a board"),
        ("+c,a+", "abc"),
        ("+c --exclude other.*", "abc"),
        ("exposure:board", "board"),
        ("*.?", "abcd"),
    ],
)
def test_a_selection_finds(chain: dict[str, Asset], text: str, titles: str) -> None:
    found = select(Look(_somebody()), text).asset_ids
    wanted = {chain[name].pk for name in (["board"] if "board" in titles else [])}
    assert set(found) == wanted | {chain[one].pk for one in titles.replace("board", "") if one.strip()}


@pytest.mark.django_db
def test_what_one_may_not_see_is_not_selected_and_not_walked_through(chain: dict[str, Asset]) -> None:
    secret = Domain.objects.create(slug="secret", name="Secret", restricted=True)
    Asset.objects.filter(pk=chain["b"].pk).update(domain=secret)
    assert set(select(Look(_somebody()), "+c").asset_ids) == {chain["c"].pk, chain["d"].pk}
    with pytest.raises(ValidationError, match="Nothing is called"):
        select(Look(_somebody()), "staging.b")


def _somebody() -> User:
    return User.objects.get_or_create(username="somebody")[0]
