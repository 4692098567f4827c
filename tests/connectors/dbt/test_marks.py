import pytest

from catalog.connectors.dbt.owners import owners
from catalog.facts import OwnerFact

from .factories import column, one


@pytest.mark.parametrize(
    ("meta", "pii"),
    [
        ({"pii": True}, "pii"),
        ({"pii": "Email"}, "email"),
        ({"pii": ["name", "email"]}, "name"),
        ({"pii": {"type": "phone"}}, "phone"),
        ({"pii": "yes"}, "pii"),
        ({"contains_pii": "true"}, "pii"),
        ({"pii_type": "iban"}, "iban"),
        ({"sensitivity": "pii"}, "pii"),
        ({"classification": "pii:address"}, "address"),
        ({"pii": False}, ""),
        ({"pii": "no"}, ""),
        ({"pii": None}, ""),
        ({"pii": []}, ""),
        ({"pii": {}}, ""),
        ({"contains_pii": False}, ""),
        ({"sensitivity": "confidential"}, ""),
        ({"sensitivity": True}, ""),
        ({"classification": "public"}, ""),
    ],
)
def test_meta_declares_personal_data(meta, pii):
    found = column(meta=meta)
    assert (found.pii, found.pii_reason) == (pii, "declared in dbt meta" if pii else "")


@pytest.mark.parametrize(
    ("tag", "pii"),
    [("pii", "pii"), ("PII:Email", "email"), ("pii_email", "email"), ("contains_pii", "pii"), ("contains-pii", "pii"),
     ("pii:false", ""), ("no_pii", ""), ("piiano", ""), ("pii-free", "")],
)  # fmt: skip
def test_a_tag_declares_personal_data(tag, pii):
    found = column(config={"tags": [tag]})
    assert (found.pii, found.pii_reason) == (pii, f"declared by dbt tag {tag}" if pii else "")


def test_a_tag_of_the_model_marks_no_column():
    assert one("model.shop.a", tags=["pii"], columns={"c": {}}).columns[0].pii == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ann@x.org", [OwnerFact(name="ann@x.org", email="ann@x.org")]),
        ("Ann Lee <ann@x.org>", [OwnerFact(name="Ann Lee", email="ann@x.org")]),
        ("@crm", [OwnerFact(name="@crm", is_team=True)]),
        ("Sales, North", [OwnerFact(name="Sales, North")]),
        ("a@x.org; b@x.org", [OwnerFact(name="a@x.org", email="a@x.org"), OwnerFact(name="b@x.org", email="b@x.org")]),
        (["Ann", {"name": "Bo", "email": "bo@x.org"}], [OwnerFact(name="Ann"), OwnerFact(name="Bo", email="bo@x.org")]),
        ({"name": None, "email": "x@x.org"}, [OwnerFact(name="x@x.org", email="x@x.org")]),
        ({"team": "Data"}, [OwnerFact(name="Data", is_team=True)]),
        ({"email": ["a@x.org"]}, [OwnerFact(name="a@x.org", email="a@x.org")]),
        (None, []),
        (7, []),
        ("  ", []),
        ([["nested"]], []),
        ("x" * 201, []),
    ],
)
def test_owners_are_written_in_many_ways(value, expected):
    assert owners(value) == expected


def test_an_owner_named_twice_is_one():
    assert one("model.shop.a", meta={"owner": "Ann", "owners": ["ann", "Bo"]}).owners == (
        OwnerFact(name="Ann"),
        OwnerFact(name="Bo"),
    )
