"""The compose file and the image, as far as they can be judged without an engine to run them.

What a real start would show (images pulled, volumes writable, health reached) is not shown here.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import dev
from server.rendering import fonts
from server.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "server" / "Dockerfile").read_text("utf-8")
OURS = [name for name, service in SERVICES.items() if "build" in service]
LASTING = [name for name, service in SERVICES.items() if service["restart"] != "no"]

PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9-]+)?(@sha256:[0-9a-f]{64})?")
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL")


@pytest.mark.parametrize("text", [TEXT, DOCKERFILE], ids=["compose", "image"])
def test_every_variable_is_one_the_settings_know(text: str) -> None:
    assert set(re.findall(r"\bKYOGIKAI_[A-Z_]+", text)) <= set(VARIABLES)


def test_server_and_database_are_there() -> None:
    assert {"db", "init", "server", "worker"} == set(SERVICES)
    assert set(OURS) == {"init", "server", "worker"}


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_runs_a_command_that_exists(name: str) -> None:
    command = [sys.executable, "-m", "server", *SERVICES[name]["command"], "--help"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_says_whether_it_is_well(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_has_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    taken = {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"}
    assert not taken & service.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name: str) -> None:
    assert PINNED.fullmatch(SERVICES[name]["image"])


def test_the_base_image_is_pinned_and_left_as_nobody() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(PINNED.fullmatch(base) for base in bases)
    users = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert users == [("10001", "10001")]
    assert {SERVICES[name]["user"] for name in OURS} == {"10001:10001"}


def test_the_image_takes_nothing_without_its_hash() -> None:
    installs = [line for line in DOCKERFILE.replace("\\\n", "").splitlines() if "install " in line]
    by_pip = [line for line in installs if "/pip " in line]
    assert by_pip
    assert all("--require-hashes" in line for line in by_pip)
    assert not re.search(r"curl|wget|^ADD ", DOCKERFILE, re.MULTILINE)


def test_of_debian_the_image_takes_the_font_that_marks_are_written_with_and_nothing_else() -> None:
    lines = DOCKERFILE.replace("\\\n", "").splitlines()
    [line] = [line for line in lines if "apt-get" in line and not line.startswith("#")]
    _, _, taken = line.partition("apt-get install ")
    packages = [word for word in taken.split("&&")[0].split() if not word.startswith("--")]
    assert packages == [dev.FONT["fc-list :lang=ja"]]
    assert packages == fonts.INSTALL.split()[-1:]
    assert any(packages[0].removeprefix("fonts-") in known for known in fonts.KNOWN), (
        "where it lies is known: fontconfig is not in the image"
    )
    assert {"unauthenticated", "trusted"}.isdisjoint(re.findall(r"[a-z]+", line))


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_files(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service["environment"].items():
        if SECRET.search(variable):
            assert variable.endswith("_FILE"), f"{variable} would stand in the process list"
            assert str(value).startswith("/")
        if str(value).startswith("/run/secrets/"):
            assert Path(value).name in service["secrets"]


def test_no_secret_stands_in_the_repository() -> None:
    without_comments = re.sub(r"(^|\s)#.*", "", TEXT)
    assert not re.search(r"://[^/\s]*:[^/\s]*@", without_comments)
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    for secret in COMPOSE["secrets"].values():
        assert set(secret) == {"file"}
        assert secret["file"].startswith("secrets/")


def test_all_that_is_used_is_declared() -> None:
    for service in SERVICES.values():
        assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
        assert set(service["networks"]) <= COMPOSE["networks"].keys()
        assert {volume.split(":")[0] for volume in service["volumes"]} <= COMPOSE["volumes"].keys()
        assert service.get("depends_on", {}).keys() <= SERVICES.keys()


def test_only_this_machine_reaches_the_server_and_nobody_the_database() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"server": ["127.0.0.1:8000:8000"]}
    assert SERVICES["db"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_database_lies_where_its_image_keeps_it() -> None:
    assert SERVICES["db"]["image"].startswith("postgres:18.")
    assert SERVICES["db"]["volumes"] == ["db:/var/lib/postgresql"]


def test_keys_lie_apart_from_data_and_only_init_writes_them() -> None:
    mounts = {name: SERVICES[name]["volumes"] for name in OURS}
    assert "keys:/var/lib/kyogikai-keys" in mounts.pop("init")
    assert all("keys:/var/lib/kyogikai-keys:ro" in volumes for volumes in mounts.values())
    for name in OURS:
        key_file = SERVICES[name]["environment"]["KYOGIKAI_KEY_FILE"]
        assert key_file.startswith("/var/lib/kyogikai-keys/")


def test_nothing_is_served_before_database_and_keys_are_ready() -> None:
    for name in ("server", "worker"):
        waits = SERVICES[name]["depends_on"]
        assert waits["db"]["condition"] == "service_healthy"
        assert waits["init"]["condition"] == "service_completed_successfully"


def test_nothing_withdrawn_is_needed() -> None:
    """MinIO's images are gone from the public registries."""
    assert "minio" not in TEXT.lower()


def test_the_image_gets_only_what_it_names() -> None:
    """Whatever else lies in the folder (data, keys, secrets) never reaches the builder."""
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    assert rules[0] == "*"
    shown = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert shown == {source for line in copied for source in line.split()}
