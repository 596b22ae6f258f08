"""Results and their publication: open unless everybody agreed otherwise (BR-25).

Owns results, findings of public use, requests for an exception, know-how entries, holds that an
owner accepted, and the public record. Nothing here lets anyone but all participants together keep a
result from its owner's publishing (BR-25, BR-32); how they agree is `server/consents`.
"""
