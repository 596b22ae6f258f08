"""Addresses and networks: what is one, and who belongs where."""

import pytest

from server.networks import HOST, SITE, admits, around, parse_address, parse_network


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::7%eth0", "fe80::7"),
    ],
)
def test_these_are_addresses(text: str, address: str) -> None:
    assert str(parse_address(text)) == address


@pytest.mark.parametrize(
    "text",
    [None, "", "testclient", "192.0.2", "192.0.2.7/24", "192.0.2.07", "1" * 65, "１.2.3.4", "\0"],
)
def test_these_are_none(text: str | None) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1/24",
        "2001:db8::1/48",
        "::ffff:192.0.2.0/120",
        "192.0.2.0/33",
        "192.0.2.0/255.0.255.0",
        "fe80::%eth0/64",
        "１92.0.2.0/24",
        "everywhere",
        "",
        "1" * 65,
    ],
)
def test_a_network_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_network(text)


@pytest.mark.parametrize(
    ("networks", "address", "let_in"),
    [
        (None, None, True),
        ("", "192.0.2.7", True),
        ("192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "::ffff:192.0.2.7", True),
        ("192.0.2.0/24", "192.0.3.7", False),
        ("192.0.2.0/24", "2001:db8::7", False),
        ("192.0.2.0/24 2001:db8::/48", "2001:db8:0:1::7", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("0.0.0.0/0", "2001:db8::7", False),
        ("192.0.2.0/24", None, False),
        ("192.0.2.0/24", "testclient", False),
    ],
)
def test_a_list_of_networks_lets_in_who_belongs_to_one(
    networks: str | None, address: str | None, let_in: bool
) -> None:
    assert admits(networks, address) is let_in


@pytest.mark.parametrize(
    ("address", "host", "site"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3::7", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::1", "::/64", "::/48"),
        ("testclient", "unknown", "unknown"),
        (None, "unknown", "unknown"),
    ],
)
def test_what_an_address_is_counted_with(address: str | None, host: str, site: str) -> None:
    assert (around(address, HOST), around(address, SITE)) == (host, site)
