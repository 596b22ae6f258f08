"""What can be wrong with an upload of many parts, each said so that a client can go on.

Owns words and codes alone. Offsets and lengths are in bytes.
"""

from server.problems import Conflict, Problem


class UploadEnded(Problem):
    status, code = 410, "upload_ended"
    ja = "このアップロードは終了しています（中止、または期限切れ）。新しく始めてください。"
    en = "This upload has ended: it was given up, or nobody went on with it. Begin a new one."


class UploadComplete(Conflict):
    code = "upload_complete"
    ja = "このアップロードは完了しています。新しい版を送るには、新しく始めてください。"
    en = "This upload is complete. To send a new version, begin another one."


class TooManyUploads(Conflict):
    code = "too_many_uploads"
    ja = "この資料には、完了していないアップロードが多すぎます。先に完了か中止をしてください。"
    en = "This document has too many unfinished uploads. Complete them or end them first."


class TooManyParts(Conflict):
    code = "too_many_parts"
    ja = "部分の数が上限（limit）に達しています。もっと大きな部分に分けて送り直してください。"
    en = "The upload has `limit` parts, the most there may be. Begin anew with larger parts."


class PartOverlaps(Conflict):
    """`there` lists what was received where the part would lie: `offset` and `length` each."""

    code = "part_overlaps"
    ja = "同じ位置に、別の部分が届いています（there）。Upload-Offsetを確かめてください。"
    en = "Other bytes were received there already (see `there`). Check the Upload-Offset."


class UploadGaps(Conflict):
    """`gaps` lists what was not received, at most a hundred of them."""

    code = "upload_incomplete"
    ja = "届いていない部分（gaps）があります。それを送ってから完了してください。"
    en = "It cannot be completed: parts are missing (see `gaps`). Send them, then complete it."


class BeyondTotal(Problem):
    status, code = 422, "beyond_total"
    ja = "始めに示された全体の長さ（total）を超えています。この部分は保存していません。"
    en = "It reaches beyond the total length that was announced (`total`). Not stored."


class EmptyPart(Problem):
    status, code = 422, "empty_part"
    ja = "部分が空（0バイト）です。全て送り終えたなら、completionへのPOSTで完了してください。"
    en = "The part is empty (0 bytes). If everything was sent, complete it by POST to completion."
