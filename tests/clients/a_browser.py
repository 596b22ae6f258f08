"""What a person's browser does with the address that `kyogikai sign-in` opens.

`python -m tests.clients.a_browser ADDRESS`, with the token of the person who is signed in there in
TOKEN. It asks the API as the page /authorise does, and goes back to the program. TWIST changes what
it brings: `state`, `iss`, `code`, `no` (the person declines), `away` (the page is closed).
"""

import os
import sys
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2


def main(address: str, token: str, twist: str) -> int:
    """Approve, and go back; the status of the page the program answered with."""
    asked = dict(parse_qsl(urlsplit(address).query))
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))
    if twist == "away":
        return 0
    answer = httpx2.post(
        f"{origin}/api/v1/me/authorisations",
        json={
            "code_challenge": asked["code_challenge"],
            "redirect_uri": asked["redirect_uri"],
            "computer": asked["name"],
        },
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    made = answer.raise_for_status().json()
    brought = {"code": made["code"], "state": asked["state"], "iss": made["issuer"]}
    if twist == "no":
        brought = {"error": "access_denied", "state": asked["state"], "iss": made["issuer"]}
    elif twist:
        brought[twist] = "https://elsewhere.example" if twist == "iss" else "x" * 43
    page = httpx2.get(f"{made['redirect_uri']}?{urlencode(brought)}", trust_env=False)
    sys.stdout.write(f"{page.status_code} {page.text}\n")
    return page.status_code


if __name__ == "__main__":
    main(sys.argv[1], os.environ["TOKEN"], os.environ.get("TWIST", ""))
