"""Refusals about documents that say in the domain's own words what to do instead.

Owns their texts. Who is refused is the policy's to say.
"""

from server.problems import Refused


class OnlyProvider(Refused):
    """BR-17, BR-18: whoever received a secret passes nothing on; they ask its provider."""

    code = "only_the_provider"
    ja = (
        "提供先・期間を決められるのは情報提供者だけです（BR-17・BR-18）。他の人にも必要なときは、"
        "提供者に追加を求めてください（情報の求め: kyogikai request ask）。"
    )
    en = (
        "Only its provider says who receives it and until when (BR-17, BR-18). If somebody else "
        "needs it, ask the provider to add them (`kyogikai request ask`)."
    )
