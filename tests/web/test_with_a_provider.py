"""A browser, our pages and a real OpenID provider: signing in at one's organisation and back."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.clock import Instant, system_clock
from server.settings import Settings
from tests.conftest import TestClock
from tests.factories import World
from tests.making import own_sign_in, real_provider
from tests.making.own_sign_in import entry
from tests.making.real_provider import RealProvider
from tests.web.browsing import Person
from tests.web.test_cookies import invitation


class RunningClock(TestClock):
    """The machine's time: the provider has no other."""

    def __call__(self) -> Instant:
        return system_clock()


@pytest.fixture
def clock() -> TestClock:
    return RunningClock()


@pytest.fixture
def provider(listening: socket.socket) -> Iterator[RealProvider]:
    """The service of org-a, which sends people back to the port that is taken for us."""
    callback = f"http://localhost:{listening.getsockname()[1]}/sign-in/callback"
    with real_provider.running([callback]) as running:
        yield running


@pytest.fixture
def chosen(
    chosen: Settings, provider: RealProvider, listening: socket.socket, tmp_path: Path
) -> Settings:
    """An installation at that port, which knows the provider."""
    file = own_sign_in.written(tmp_path / "providers", entry(provider.issuer, algorithms=["RS256"]))
    origin = f"http://localhost:{listening.getsockname()[1]}"
    return replace(chosen, providers=file, origin=origin)


def at_the_provider(person: Person, name: str) -> None:
    """Sign in on the provider's own pages, and agree to come back."""
    person.page.locator("input[name=login]").fill(name)
    person.page.locator("input[name=password]").fill("any")
    person.page.locator("button[type=submit]").click()
    person.page.locator("button[type=submit]", has_text="Continue").click()


def test_an_invitation_is_taken_up_at_ones_organisation_and_a_passkey_made_afterwards(
    person: Person, world: World
) -> None:
    somebody = world.person("甲野 花子")
    person.goto(f"/enrol#{invitation(world, somebody.person_id)}")
    person.is_told("登録用のリンクを受け取りました。")
    person.assert_accessible()
    person.press("甲省サインイン")
    person.reads("所属組織のサインインへ進みます")
    person.assert_accessible()
    flow = person.cookies()["__Host-flow"]
    assert (flow["secure"], flow["httpOnly"], flow["sameSite"]) == (True, True, "Lax")
    person.follow("進む")
    at_the_provider(person, "hanako")
    person.reads("あなたの情報")
    person.is_told("甲野 花子")
    assert "__Host-flow" not in person.cookies()

    person.goto("/me/links")
    person.is_told("甲省サインイン")
    person.assert_accessible()
    person.goto("/me/passkeys")
    person.is_told("まだパスキーがありません")
    person.page.get_by_label("新しいパスキーの名前").fill("机の上")
    person.press("パスキーを追加する")
    person.is_told("パスキーを追加しました。")

    person.press("サインアウト")
    person.goto("/me/sessions")
    person.follow("甲省サインイン")
    person.reads("サインイン中の端末")

    person.goto("/me/links")
    person.page.get_by_role("button", name="連携を外す：").click()
    person.page.wait_for_url(re.compile("/(sign-in|me/links)"))


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    person: Person, world: World
) -> None:
    """Login CSRF: a link with somebody else's answer signs nobody in."""
    person.expects("400 (Bad Request)")
    person.goto("/sign-in/callback?code=a-code&state=a-state")
    person.reads("要求を処理できません")
    assert "__Host-sid" not in person.cookies()


def test_an_account_that_is_linked_to_nobody_is_told_so(person: Person, world: World) -> None:
    person.expects("403 (Forbidden)")
    person.goto("/sign-in?next=/me/passkeys")
    person.follow("甲省サインイン")
    at_the_provider(person, "mallory")
    person.reads("この操作はできません")
    person.assert_accessible()
    assert "__Host-sid" not in person.cookies()
