"""Japanese first, English where asked for; and every page in both, whole."""

import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from clients.web import language
from clients.web.rendering import TEMPLATES
from clients.web.words import ACTS, WORDS
from clients.web.words import KINDS as THINGS
from server.access.parts import Parts
from server.app import KINDS
from tests.factories import World
from tests.web.test_safety import held

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "expected"),
    [
        (None, None, "", "ja"),
        (None, None, "fr", "ja"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr,en;q=0.5,ja;q=0.8", "ja"),
        (None, None, "en;q=0,ja;q=0.1", "ja"),
        (None, "ja", "en", "ja"),
        ("en", "ja", "ja", "en"),
        ("xx", "en", "ja", "en"),
        ("xx", "yy", "ja", "ja"),
    ],
)
def test_what_is_asked_for_goes_before_what_was_chosen_before_what_is_preferred(
    asked: str | None, kept: str | None, accepted: str, expected: str
) -> None:
    assert language.chosen(asked, kept, accepted) == expected


@pytest.mark.parametrize(
    ("moment", "ja", "en"),
    [
        ("2026-11-21T05:05", "令和8年（2026年）11月21日（土）14時05分", "21 November 2026, 14:05"),
        ("2019-12-31T15:00", "令和2年（2020年）1月1日（水）0時00分", "1 January 2020, 00:00"),
        ("2019-12-31T14:59", "令和元年（2019年）12月31日（火）23時59分", "31 December 2019, 23:59"),
    ],
)
def test_times_are_those_of_japan(moment: str, ja: str, en: str) -> None:
    instant = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert language.when(instant, "ja") == ja
    assert language.when(instant, "en") == f"{en} JST"


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/enrol", "/duty", "/me", "/me/sessions", "/nowhere"]
)
def test_a_page_is_wholly_in_the_language_it_says(
    world: World, client: TestClient, path: str
) -> None:
    caller = world.person("Taro Kono")
    for lang in ("ja", "en"):
        answer = client.get(path, params={"lang": lang}, headers=held(caller))
        assert f'<html lang="{lang}">' in answer.text
        # Names in the other language say so themselves.
        rest = re.sub(
            r'<(\w+)[^>]* lang="(ja|en)"[^>]*>.*?</\1>', "", answer.text.partition("<body>")[2]
        )
        rest = rest.replace("コウノ タロウ", "")
        assert bool(JAPANESE.search(rest)) is (lang == "ja"), rest


def test_the_language_switch_keeps_the_page_and_what_was_asked_of_it(client: TestClient) -> None:
    text = client.get("/sign-in?next=%2Fme%2Fsessions").text
    assert 'href="/sign-in?next=%2Fme%2Fsessions&amp;lang=en"' in text


def test_every_text_of_the_templates_stands_in_both_languages() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
        outside = re.sub(r"{{.*?}}|{%.*?%}", "", text, flags=re.DOTALL)
        assert not JAPANESE.search(outside.replace("日本語", "")), path.name


def test_every_act_that_asks_for_a_proof_has_a_name(parts: Parts) -> None:
    needs = parts.policy.requirements
    assert {action.value for action, each in needs.items() if each.step_up_seconds} == set(ACTS)


def test_every_kind_of_thing_has_a_name(parts: Parts) -> None:
    assert {kind.name.value for kind in KINDS} == set(THINGS)


def test_words_are_given_in_both_languages() -> None:
    for ja, en in (*ACTS.values(), *THINGS.values(), *WORDS.values()):
        assert JAPANESE.search(ja)
        assert not JAPANESE.search(en)
