"""Kyogikai's cryptography: bytes and keys in, bytes out.

| module | owns |
|---|---|
| `errors` | `Unverified`, the one failure for bytes that do not prove what they claim |
| `canonical` | the one spelling of a value (RFC 8785) |
| `digests` | SHA-256, salted commitments, keyed digests for equality look-up |
| `merkle` | the RFC 6962 tree: roots, compact ranges, proofs and their verification |
| `notes` | C2SP signed notes, checkpoints, tlog-proofs |
| `sealing` | Cobblestone-256: sealed bytes, whole, streamed, by range |
| `keys` | keys made, derived, wrapped |
| `statements` | what a person signs: answers, and the question and roster they refer to |
| `tokens` | bearer tokens a secret scanner can recognise |

Nothing here knows a clock, disk, database, network, environment, log or framework. It may import
the standard library's pure parts, `cryptography` and `rfc8785`; a test holds this list.
"""
