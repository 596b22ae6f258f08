"""The access-rights matrix the project began with, cell by cell, and what each cell means.

`TABLES` is the matrix as written. For every column that exists so far, `MEANS` says which outcome
a cell stands for; tests/policies/test_domain_tables.py finds the outcome by asking the decision
itself. `LATER` names the columns, and `LATER_CELLS` the single cells, of parts not built yet, with
what they wait for. Where the outcome differs from what the sign alone would say, `WHY` says why.

● grounded in law or seed · ○ proposal: allowed · ◐ only persons named in the item's scope
△ only own · ✎ may propose or comment, not decide · ② two persons together · – no
"""

ROWS = {
    1: "representative (PD)",
    2: "representative (PO, deemed)",
    3: "R&D implementer, member",
    4: "funding agency",
    5: "establishing ministry",
    6: "other programme ministry",
    7: "potential implementer, government",
    8: "potential implementer, private",
    9: "knowledge holder",
    10: "think tank",
    11: "ordinary handler",
    12: "invited observer",
    13: "secretariat",
    14: "compliance officer",
    15: "system administrator",
    16: "key custodian",
    17: "auditor",
}

# Cells are separated by " | " in the order of the columns.
INFORMATION_COLUMNS = (
    "read council-internal | read provided secret | provide info | set scope/period"
    " | extend recipients | end/extend period | download, print | publish own result"
    " | request exception | consent to exception | read know-how"
)
INFORMATION = {
    1: "● | ◐ | ● | △● | △● | △● | ◐○ | ● | ✎ | ● | ○",
    2: "● | ◐ | ● | △● | △● | △● | ◐○ | ✎ (researchers own it) | ✎"
    " | ● after hearing researchers ○ | ○",
    3: "● | ◐ | ● | △● | △● | △● | ◐○ | ● | ✎ | ● | △",
    4: "● | ◐ | ● | △● | △● | △● | ◐○ | – | ✎ | ● | ○",
    5: "● | ◐ | ● | △● | △● | △● | ◐○ | – | ● | ● | ○",
    6: "● | ◐ | ● | △● | △● | △● | ◐○ | – | ● | ● | ○",
    7: "● | ◐ | ● | △● | △● | △● | ◐○ | – | ● | ● | ○",
    8: "● | ◐ | ● | △● | △● | △● | ◐○ | △ | ✎ | ● | named only ○",
    9: "● | ◐ | ● | △● | △● | △● | ◐○ | △ | ✎ | ● | named only ○",
    10: "● | ◐ | ● | △● | △● | △● | – | – | – | ● | –",
    11: "○ | ◐ | ✎ | – | – | – | – | △ own result | – | – | named only",
    12: "one meeting's papers ○ | – | ✎ | – | – | – | – | – | – | – | –",
    13: "○ | – (metadata only) | – | – | – | – | – | – | – (registers) | – | –",
    14: "○ | – (metadata only) | – | – | – | suspend only ○ | – | – | – | – | –",
    15: "– | – | – | – | – | – | – | – | – | – | –",
    16: "– | – | – | – | – | – | – | – | – | – | –",
    17: "– (metadata) | – | – | – | – | – | – | – | – | – | –",
}

GOVERNANCE_COLUMNS = (
    "convene meeting | propose agenda | draft minutes | approve minutes | add member"
    " | consent to join | confirm safe-mgmt of an org | name handlers | stage gate"
    " | release to forum | read audit log | change policy | manage keys | break-glass"
)
GOVERNANCE = {
    1: "✎ | ○ | ✎ | ○ | ✎ | ● | – | △○ | ✎ | △ | △ accesses to own items | – | – | –",
    2: "✎ | ○ | ✎ | ○ | ✎ | ● | – | – | ✎ | △ | △ | – | – | –",
    3: "– | ○ | ✎ | ○ | – | ● | – | △○ | – | △ | △ | – | – | –",
    4: "✎ | ○ | ✎ | ○ | ✎ | ● | ✎ (checks implementers) | △○ | ○ records | △ | △ | – | – | –",
    5: "○ (as chair) | ○ | ✎ | ○ | ●② both ministers | ● (founder) | ○ | △○ | ✎ | △ | △"
    " | ② approves | – | ② with provider",
    6: "✎ | ○ | ✎ | ○ | ✎ | ● | – | △○ | – | △ | △ | – | – | –",
    7: "✎ | ○ | ✎ | ○ | – | ● | – | △○ | – | △ | △ | – | – | –",
    8: "– | ○ | ✎ | ○ | – | ● | – | △○ | – | △ | △ | – | – | –",
    9: "– | ○ | ✎ | ○ | – | ● | – | △○ | – | △ | △ | – | – | –",
    10: "– | ○ | ✎ | ○ | – | ● | – | △○ | – | △ | △ | – | – | –",
    11: "– | ✎ | – | – | – | (acknowledges duty) | – | – | – | – | own accesses | – | – | –",
    12: "– | – | – | – | – | (acknowledges duty) | – | – | – | – | – | – | – | –",
    13: "○ sends on the chair's order | ○ | ○ | – | executes a recorded decision | –"
    " | collects papers | – | files | – | – | – | – | –",
    14: "– | ✎ | – | – | – | – | ○ | – | – | – | ○ all (metadata)"
    " | ② drafts + approves with row 5 | – | ②",
    15: "– | – | – | – | – | – | – | – | – | – | operational log only"
    " | deploys signed policy only | – | –",
    16: "– | – | – | – | – | – | – | – | – | – | key log | – | ② | –",
    17: "– | – | – | – | – | – | – | – | – | – | ○ all, verifies chain | – | – | –",
}

# --- what does not exist yet ----------------------------------------------------------------------
LATER = {
    "convene meeting": "meetings",
    "propose agenda": "meetings",
    "draft minutes": "meetings",
    "approve minutes": "meetings",
    "stage gate": "stage gates",
    "release to forum": "cross-cutting forum",
    "change policy": "policy kept and approved inside the server; so far files of the operator",
    "manage keys": "custody of keys by two; so far a key file of the operator",
    "break-glass": "break-glass; so far nobody has it",
}
LATER_ROWS = {12: "observers come with meetings"}

# --- what a cell stands for, where the column exists ----------------------------------------------
NO = {"–": "no"}
OWN_ONLY = {"△●": "own", **NO}
MEANS: dict[str, dict[str, str]] = {
    "read council-internal": {"●": "yes", "○": "yes", "– (metadata)": "metadata", **NO},
    "read provided secret": {"◐": "named", "– (metadata only)": "metadata", **NO},
    "provide info": {"●": "yes", "✎": "shares papers only", **NO},
    "set scope/period": OWN_ONLY,
    "extend recipients": OWN_ONLY,
    "end/extend period": {"suspend only ○": "suspends", **OWN_ONLY},
    "download, print": {"◐○": "named", **NO},
    "publish own result": {
        "●": "own",
        "△": "own",
        "△ own result": "own",
        "✎ (researchers own it)": "registers for the researcher",
        **NO,
    },
    "request exception": {"●": "yes", "✎": "no", "– (registers)": "no", **NO},
    "consent to exception": {"●": "yes", "● after hearing researchers ○": "after hearing", **NO},
    "read know-how": {"○": "yes", "△": "own", "named only ○": "named", "named only": "named", **NO},
    "add member": {
        "●② both ministers": "decides with the other",
        "✎": "no",
        "executes a recorded decision": "invites",
        **NO,
    },
    "consent to join": {
        "●": "consented",
        "● (founder)": "founded",
        "(acknowledges duty)": "acknowledges",
        **NO,
    },
    "confirm safe-mgmt of an org": {
        "○": "yes",
        "✎ (checks implementers)": "no",
        "collects papers": "no",
        **NO,
    },
    "name handlers": {"△○": "own", **NO},
    "read audit log": {
        "△ accesses to own items": "own",
        "△": "own",
        "own accesses": "own",
        "○ all (metadata)": "all",
        "○ all, verifies chain": "all and proofs",
        "operational log only": "no",
        "key log": "no",
        **NO,
    },
}

# --- where the outcome is deliberately not what the sign alone would say --------------------------
_PROPOSES = "✎ is proposing without deciding; there is no way to propose it in the server yet"
WHY: dict[tuple[str, int], str] = {
    **{("request exception", row): _PROPOSES for row in (1, 2, 3, 4, 8, 9)},
    **{("add member", row): _PROPOSES for row in (1, 2, 4, 6)},
    ("request exception", 13): "registering a request takes a request on paper; none exists yet",
    ("confirm safe-mgmt of an org", 4): _PROPOSES,
    ("confirm safe-mgmt of an org", 13): "papers are collected outside; their record is evidence",
    ("provide info", 11): "a handler shares papers; a secret is provided by the representative",
    ("read audit log", 15): "the operational log is the server's own output, not a council's log",
    ("read audit log", 16): "no key log yet: keys have no custodians in the server",
    ("read audit log", 14): "the officer proves as well, as the auditor does",
}
# Outcomes that are not what the cell stands for; each has its reason above.
DIFFERS: dict[tuple[str, int], str] = {}


def cells() -> dict[tuple[str, int], str]:
    """Every cell of both tables, by column and row."""
    found: dict[tuple[str, int], str] = {}
    for columns, table in (
        (INFORMATION_COLUMNS, INFORMATION),
        (GOVERNANCE_COLUMNS, GOVERNANCE),
    ):
        names = columns.split(" | ")
        for row, line in table.items():
            values = line.split(" | ")
            assert len(values) == len(names), (row, values)
            found |= {(name, row): value for name, value in zip(names, values, strict=True)}
    return found


def is_later(column: str, row: int) -> bool:
    """Whether the cell belongs to a part not built yet."""
    return column in LATER or row in LATER_ROWS
