"""A column's name is read as a compound: its last words say what it is, those before whose it is, its table the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pii.classes import CLASSES
from catalog.pii.judging import SETS_CLASS
from catalog.pii.naming import About, Table, by_name, table_of
from catalog.pii.tokens import tokens

PEOPLE = table_of("users")


def sure(name: str, data_type: str = "", table: str = "t") -> str:
    found = by_name(name, data_type, table_of(table))
    return found.pii if found and found.confidence >= SETS_CLASS else ""


@pytest.mark.parametrize(
    ("name", "pii"),
    [
        ("email", "email"),
        ("CUSTOMER_EMAIL_ADDRESS", "email"),
        ("customerEmailAddress", "email"),
        ("emailaddress", "email"),
        ("email_1", "email"),
        ("phone_numbers", "phone"),
        ("nationalidnumber", "national_id"),
        ("Straße", "address"),
        ("fecha_nacimiento", "birth_date"),
        ("nom_client", "name"),
        ("name_of_customer", "name"),
        ("codice_fiscale", "national_id"),
        ("salary_cents", "salary"),
        ("password_hash", "password"),
        ("last_login_ip", "ip_address"),
    ],
)
def test_names_that_speak_for_themselves(name: str, pii: str) -> None:
    assert sure(name) == pii


@pytest.mark.parametrize(
    "name",
    [
        *(
            "email_sent_at",
            "address_count",
            "ip_whitelist_enabled",
            "birth_rate",
            "is_email",
            "num_emails",
            "email_client",
        ),
        *("phone_country_code", "birth_date_after_death_date", "avg_salary", "wallet_address", "memory_address"),
        *("description", "shipping_cost", "script", "id", "", "_", "1", "名前", "emailpromotion", "equipment"),
    ],
)
def test_names_that_only_sound_like_it(name: str) -> None:
    assert sure(name) == ""


@pytest.mark.parametrize(
    ("table", "name", "pii"),
    [
        ("users", "name", "name"),
        ("stg_shop__customers", "name", "name"),
        ("products", "name", ""),
        ("products", "full_name", ""),
        ("t", "name", ""),
        ("patients", "city", "address"),
        ("warehouses", "city", ""),
        ("servers", "ip_address", ""),
        ("sessions", "ip_address", "ip_address"),
        ("race", "race", ""),
        ("kunden", "ort", "address"),
    ],
)
def test_the_table_tells_whose_it_is(table: str, name: str, pii: str) -> None:
    assert sure(name, table=table) == pii


def test_columns_that_only_people_have_tell_what_the_table_is_about() -> None:
    assert table_of("eligibility", ["id", "birth_date", "gender"]).about is About.PEOPLE
    assert table_of("eligibility", ["id", "birth_date"]).about is About.UNKNOWN
    assert table_of("warehouses", ["phone", "manager_email"]).about is About.PLACES


@pytest.mark.parametrize(
    ("data_type", "pii"),
    [
        ("text", "email"),
        ("VARCHAR(200)", "email"),
        ("", "email"),
        ("boolean", ""),
        ("bigint", ""),
        ("timestamp", ""),
        ("uuid", ""),
    ],
)
def test_the_type_must_be_able_to_hold_it(data_type: str, pii: str) -> None:
    assert sure("email", data_type) == pii


def test_what_may_be_of_nobody_waits_for_a_person() -> None:
    for name in ("support_team_email", "ip", "city", "tin"):
        found = by_name(name)
        assert found is not None, name
        assert found.confidence < SETS_CLASS, name


def test_hashed_data_is_personal_still() -> None:
    found = by_name("email_sha256")
    assert found is not None
    assert found.confidence >= SETS_CLASS
    assert found.reason == "named like an e-mail address, hashed or masked, which leaves it personal"


@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_any_name_gets_an_answer(name: str, data_type: str, table: str) -> None:
    found = by_name(name, data_type, table_of(table, [name]))
    assert found is None or (found.pii in CLASSES and found.reason and 0 < found.confidence <= 1)


WORDS = ["first", "last", "name", "email", "customer", "phone", "id", "number", "at", "birth", "date", "count"]


@given(st.lists(st.sampled_from(WORDS), max_size=5))
def test_the_way_of_writing_does_not_matter(words: list[str]) -> None:
    snake, camel = "_".join(words), "".join(word.title() for word in words)
    assert tokens(snake) == tokens(camel) == tokens(snake.upper())
    assert by_name(snake) == by_name(camel) == by_name(snake, "", Table())


@pytest.mark.parametrize("name", ["a" * 100_000, "email" * 40_000, "x_" * 50_000, "\0email", "e\u0301mail" * 1000])
def test_hostile_names_take_no_time(name: str) -> None:
    by_name(name)
