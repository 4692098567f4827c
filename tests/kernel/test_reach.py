"""Where sources may lead (ACCESS.md 6, item 22)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.kernel.reach import OutOfReach, check


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.CONNECT_ALLOW = []


def names(*addresses: str) -> Any:
    return lambda host: list(addresses)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0", "0.0.0.0", "127.0.0.1."),  # noqa: S104
        *(
            "::1",
            "[::1]",
            "::",
            "::ffff:127.0.0.1",
            "[::ffff:7f00:1]",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ),
        *("169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "::ffff:169.254.169.254", "100.100.100.200"),
        *("10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "fd12::1", "224.0.0.1", "255.255.255.255"),
        *(
            "localhost",
            "LOCALHOST",
            "/var/run/postgresql",
            "@abstract",
            "",
            " ",
            "a\0b",
            "x" * 300,
            "no-such-name.invalid",
        ),
    ],
)
def test_the_server_its_network_and_the_clouds_metadata_are_out_of_reach(host: str) -> None:
    with pytest.raises(OutOfReach):
        check(host)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(OutOfReach, match="harmless"):
        check("harmless.example", resolve=names(address))


def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(OutOfReach):
        check("flips.example", resolve=names("93.184.215.14", "127.0.0.1"))


def test_public_addresses_need_no_entry() -> None:
    check("org-account.snowflakecomputing.com", resolve=names("93.184.215.14", "2606:2800:21f::1"))
    check("93.184.215.14")


@pytest.mark.parametrize(
    ("entry", "host", "address"),
    [
        ("10.0.0.0/8", "warehouse.corp.example", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3", "10.1.2.3"),
        ("*.corp.example", "Warehouse.Corp.Example", "10.1.2.3"),
        ("127.0.0.0/8", "localhost", "127.0.0.1"),
        ("127.0.0.0/8", "127.1", "127.0.0.1"),
    ],
)
def test_what_is_listed_is_open(settings: Any, entry: str, host: str, address: str) -> None:
    settings.CONNECT_ALLOW = [entry]
    check(host, resolve=names(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "0.0.0.0"])  # noqa: S104
def test_a_listed_name_never_opens_the_server_itself(settings: Any, address: str) -> None:
    settings.CONNECT_ALLOW = ["*.corp.example"]
    with pytest.raises(OutOfReach):
        check("x.corp.example", resolve=names(address))


def test_a_socket_is_open_where_its_folder_is_listed(settings: Any) -> None:
    settings.CONNECT_ALLOW = ["/run/postgresql*"]
    check("/run/postgresql")
    with pytest.raises(OutOfReach):
        check("/var/run/other")
