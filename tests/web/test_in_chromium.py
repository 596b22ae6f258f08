"""The pages in a real browser, with real passkeys of a virtual device (WebAuthn by DevTools).

Whatever the browser complains of fails the test: the console, the page's policy, scripts. Each page
that is opened on the way is looked at by axe, on a desktop and on a phone.
"""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Error

from clients.cli.listening import Listener, NotSignedIn
from server.audit import facts
from server.clock import HOUR
from server.identity import passkeys
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import provided_secret
from tests.web.browsing import DESKTOP, PHONE, Person
from tests.web.test_cookies import invitation
from tests.web.test_pages import ASKED


@pytest.fixture
def enrolled(person: Person, world: World) -> Caller:
    """The person has come by their link, has made a first passkey, and is signed in."""
    somebody = world.person("甲野 花子")
    person.goto(f"/enrol#{invitation(world, somebody.person_id)}")
    person.press("パスキーを作って登録する")
    person.reads("二つ目のパスキーを登録してください")
    return somebody


# --- the way in ---------------------------------------------------------------------------------
def test_a_link_leads_to_a_passkey_and_then_to_a_second_one(
    person: Person, enrolled: Caller
) -> None:
    assert "#" not in person.page.url
    spare = person.add_device("usb")
    person.page.get_by_label("新しいパスキーの名前").fill("予備の鍵")
    person.use_only(person.device, [person.device, spare])  # it proves first that it is oneself
    person.touch_next(spare, [person.device, spare])
    person.press("パスキーを追加する")
    person.reads("パスキー")
    person.is_told("パスキーを追加しました。")
    person.is_told("予備の鍵")
    held = enrolled.get("/me/passkeys").json()["items"]
    assert {key["name"] for key in held} == {"この端末", "予備の鍵"}


def test_the_link_is_nowhere_in_the_address_or_the_history(person: Person, world: World) -> None:
    link = invitation(world, world.person().person_id)
    person.goto("/sign-in")
    person.goto(f"/enrol#{link}")
    person.is_told("登録用のリンクを受け取りました。")
    assert link not in person.page.url
    person.follow("English")
    person.is_told("Your link has been read.")
    assert link not in person.page.url
    person.press("Make a passkey and enrol")
    person.reads("Add a second passkey")


def test_a_link_can_be_pasted(person: Person, world: World) -> None:
    link = invitation(world, world.person().person_id)
    person.goto("/enrol")
    person.page.get_by_label("登録用のリンク").fill(f"{person.origin}/enrol#{link}")
    person.press("パスキーを作って登録する")
    person.reads("二つ目のパスキーを登録してください")


def test_a_link_that_is_too_old_says_so(person: Person, world: World, clock: TestClock) -> None:
    link = invitation(world, world.person().person_id)
    clock.advance(73 * HOUR)
    person.goto(f"/enrol#{link}")
    person.expects("410 (Gone)")
    person.press("パスキーを作って登録する")
    person.is_told("期限切れか、使用済みか、誤りです")
    person.assert_accessible()


def test_who_signs_out_signs_in_again_and_arrives_at_the_page_they_asked_for(
    person: Person, enrolled: Caller
) -> None:
    first = person.cookies()["__Host-sid"]
    person.press("サインアウト")
    person.is_told("サインアウトしました。")
    assert "__Host-sid" not in person.cookies()
    person.goto("/me/sessions")
    person.reads("サインイン")
    person.press("パスキーでサインイン")
    person.reads("サインイン中の端末")
    cookie = person.cookies()["__Host-sid"]
    assert cookie["value"] != first["value"]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["expires"]) == ("/", -1)
    assert person.page.evaluate("() => document.cookie") == ""


def test_who_cannot_show_that_it_is_them_is_told_what_to_do(
    person: Person, enrolled: Caller
) -> None:
    person.press("サインアウト")
    person.refuse_verification()
    person.press("パスキーでサインイン")
    person.is_told("取り消されたか、時間切れになりました")
    person.assert_accessible()
    assert "__Host-sid" not in person.cookies()


def test_a_passkey_that_was_removed_signs_nobody_in(
    person: Person, enrolled: Caller, world: World
) -> None:
    person.expects("401 (Unauthorized)")
    with world.changing() as tx:
        for passkey, _ in passkeys.held(tx, enrolled.person_id):
            facts.end(tx, passkey, by=enrolled.person_id, reason="removed")
    person.press("サインアウト")
    person.press("パスキーでサインイン")
    person.is_told("このパスキーではサインインできません")
    assert "__Host-sid" not in person.cookies()


def test_a_device_makes_one_passkey_of_a_person(person: Person, enrolled: Caller) -> None:
    person.goto("/me/passkeys")
    person.page.get_by_label("新しいパスキーの名前").fill("同じ端末")
    person.press("パスキーを追加する")
    person.is_told("すでにあなたのパスキーがあります")


# --- one's own ----------------------------------------------------------------------------------
def test_passkeys_are_renamed_and_removed_but_never_the_last(
    person: Person, enrolled: Caller
) -> None:
    spare = person.add_device("usb")
    person.goto("/me/passkeys")
    person.page.get_by_label("新しいパスキーの名前").fill("予備の鍵")
    person.use_only(person.device, [person.device, spare])
    person.touch_next(spare, [person.device, spare])
    person.press("パスキーを追加する")
    person.is_told("パスキーを追加しました。")
    person.use_only(person.device, [person.device, spare])

    key = person.page.get_by_role("listitem").filter(has_text="予備の鍵")
    key.get_by_text("名前を変える・削除する").click()
    key.get_by_label("新しい名前").fill("金庫の鍵")
    key.get_by_role("button", name="名前を変える").click()
    person.is_told("名前を変えました。")

    key = person.page.get_by_role("listitem").filter(has_text="金庫の鍵")
    key.get_by_text("名前を変える・削除する").click()
    key.get_by_role("button", name="このパスキーを削除する").click()
    person.is_told("パスキーを削除しました。")

    key = person.page.get_by_role("listitem").filter(has_text="この端末")
    key.get_by_text("名前を変える・削除する").click()
    person.expects("409 (Conflict)")
    key.get_by_role("button", name="このパスキーを削除する").click()
    person.is_told("最後のパスキー")


def test_another_device_is_signed_out_and_finds_itself_outside(
    person: Person, enrolled: Caller, world: World
) -> None:
    elsewhere = world.session(enrolled.person_id)
    person.goto("/me/sessions")
    person.page.get_by_role("button", name="サインアウトする：").first.click()
    person.is_told("その端末をサインアウトしました。")
    person.press("この端末のほかを、すべてサインアウトする")
    person.is_told("この端末のほかは、すべてサインアウトしました。")
    assert elsewhere.get("/me").status_code == 401
    person.goto("/me")
    person.reads("あなたの情報")


def test_an_act_of_another_device_is_confirmed_where_the_passkey_is(
    person: Person, enrolled: Caller, world: World
) -> None:
    program = world.session(enrolled.person_id).unproved()
    token = {"name": "集計", "scopes": ["read"]}
    refused = program.post("/me/tokens", token)
    assert refused.json()["code"] == "step_up_needed"
    asked = {"action": refused.json()["action"], "thing": refused.json()["thing"]}
    request = program.post("/me/step-up/requests", asked).json()

    person.goto(f"/confirm/{request['id']}")
    person.is_told("プログラム用トークンの作成")
    person.assert_accessible()
    person.press("パスキーで確認する")
    person.reads("確認しました")
    assert program.post("/me/tokens", token).status_code == 201


def test_what_somebody_else_asks_to_confirm_is_not_there(
    person: Person, enrolled: Caller, world: World
) -> None:
    stranger = world.person("乙野 次郎").unproved()
    asked = {"action": "make_token", "thing": f"person/{stranger.person_id}"}
    request = stranger.post("/me/step-up/requests", asked).json()
    person.expects("404 (Not Found)")
    person.goto(f"/confirm/{request['id']}")
    person.reads("ページが見つかりません")


def test_the_command_line_is_let_in_and_hears_of_it(
    person: Person, enrolled: Caller, origin: str
) -> None:
    """The policy of the page lets its answer go to the program's own port, and nowhere else."""
    for press, expected in (("許可する", "kyc_"), ("許可しない", None)):
        with Listener("a" * 43, origin) as listener:
            asked = {**ASKED, "redirect_uri": listener.redirect_uri}
            person.goto(f"/authorise?{urlencode(asked)}")
            person.is_told("kyogikai (机)")
            person.assert_accessible()
            person.press(press)
            if expected is not None:
                assert listener.wait(20).startswith(expected)
                continue
            with pytest.raises(NotSignedIn, match="承認されませんでした"):
                listener.wait(20)


def test_a_duty_register_is_read_by_its_link_without_an_account(
    person: Person, world: World
) -> None:
    council = established_council(world)
    secret = provided_secret(world, council, council.private, [council.organ_a])
    link = council.organ_a.post("/me/duty-links").json()["link"].partition("#")[2]
    for lang, button, shown in (
        ("ja", "台帳を読む", "義務の期間"),
        ("en", "Read the register", "The duty stands until"),
    ):
        person.goto(f"/duty?lang={lang}#{link}")
        assert link not in person.page.url
        person.press(button)
        person.is_told(shown)
        person.is_told(secret.id)
        person.assert_accessible()
        person.assert_fits()


# --- what the policy of the pages keeps out -------------------------------------------------------
def test_what_a_script_could_slip_in_is_kept_out(person: Person) -> None:
    """The policy holds in a browser; and what it stops is heard by these tests."""
    person.goto("/sign-in")
    for directive, attempt in (
        ("img-src", "new Image().src = 'https://evil.example/x.png'"),
        ("connect-src", "fetch('https://evil.example/').catch(() => 0)"),
    ):
        with person.page.expect_console_message(lambda said, d=directive: d in said.text):
            person.page.evaluate(f"() => {{ {attempt} }}")
        assert any(directive in said for said in person.trouble)
    for attempt in (
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', 'document.title = 1')",
        "document.createElement('script').text = 'document.title = 1'",
    ):
        with pytest.raises(Error, match="requires 'Trusted"):
            person.page.evaluate(f"() => {{ {attempt} }}")
    person.trouble.clear()


# --- how it looks -------------------------------------------------------------------------------
PAGES = {
    "/": "トップページ",
    "/me": "あなたの情報",
    "/me/passkeys": "パスキー",
    "/me/sessions": "サインイン中の端末",
    "/me/links": "所属組織との連携",
    "/enrol": "はじめての登録",
    "/duty": "守秘義務の台帳",
    "/enrol/second": "二つ目のパスキー",
    "/sign-in": "サインイン",
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page_is_accessible_and_fits_whatever_looks_at_it(
    person: Person, enrolled: Caller, lang: str
) -> None:
    person.goto(f"/?lang={lang}")
    for size in (DESKTOP, PHONE, {"width": 320, "height": 640}):
        person.page.set_viewport_size(size)
        for path in PAGES:
            person.goto(path)
            person.assert_fits()
            if size != PHONE:
                person.assert_accessible()


def test_the_pages_of_a_stranger_are_accessible(person: Person) -> None:
    for lang in ("ja", "en"):
        for path in ("/", "/sign-in", "/sign-in?next=/me", "/enrol", "/duty"):
            person.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            person.assert_accessible()
            person.assert_fits()


def test_text_of_double_size_still_fits(person: Person, enrolled: Caller) -> None:
    person.page.set_viewport_size({"width": 640, "height": 900})
    for path in PAGES:
        person.goto(path)
        person.double_text()
        person.assert_fits()


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(
    person: Person, enrolled: Caller
) -> None:
    person.goto("/me/sessions")
    person.page.keyboard.press("Tab")
    person.is_told("本文へ移動")
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("() => document.activeElement.id") == "main"
    person.page.keyboard.press("Tab")
    outline = "() => getComputedStyle(document.activeElement).outlineWidth"
    assert person.page.evaluate("() => document.activeElement.tagName") == "BUTTON"
    assert person.page.evaluate(outline) == "4px"


def test_a_language_once_chosen_stays(person: Person) -> None:
    person.goto("/sign-in")
    person.follow("English")
    person.reads("Sign in")
    person.goto("/enrol")
    person.reads("Enrol")
    person.follow("日本語")
    person.reads("はじめての登録")


def test_a_browser_that_prefers_english_is_shown_english(browser: Browser, origin: str) -> None:
    somebody = Person(browser, origin, locale="en-GB")
    somebody.goto("/sign-in")
    somebody.reads("Sign in")
    somebody.leave()
