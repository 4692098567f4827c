"""Where an asset's page is."""

from __future__ import annotations

from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.models.assets import asset_url

ADDRESSES = st.text(min_size=1).filter(lambda text: not {"\n", "\0"} & {*text})


@given(ADDRESSES)
def test_an_address_is_written_as_the_router_would(address: str) -> None:
    assert asset_url("datasets", address) == reverse("catalog:asset", args=["datasets", address])


def test_an_address_with_odd_letters_leads_to_its_page() -> None:
    assert resolve("/dashboards/a b/50%/?#[é]/").kwargs["address"] == "a b/50%/?#[é]"
    assert asset_url("dashboards", "a b/50%/?#[é]") == "/dashboards/a%20b/50%25/%3F%23%5B%C3%A9%5D/"
