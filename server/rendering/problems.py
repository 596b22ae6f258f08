"""What a person is told when a page cannot be made.

Owns the problems, and which word of the render process is which.
"""

from server.problems import Busy, NotFound, Problem

ASK = "提供者に、開けるファイルを求めてください。"


class NotViewable(Problem):
    """A file that cannot be shown as pages; each reason has its own kind."""

    status, code = 422, "not_viewable"
    ja = "この種類のファイルは、ここではページとして表示できません（PDF・画像・テキストだけです）。"
    en = "Files of this kind cannot be shown as pages here (only PDF, images and plain text)."


class PageNotRendered(NotViewable):
    code = "page_not_rendered"
    ja = f"このファイルを画像にする処理が、時間切れか異常終了になりました。{ASK}"
    en = "Making images of this file took too long, or broke the program. Ask its provider for one."


class Encrypted(NotViewable):
    code = "file_encrypted"
    ja = "パスワードで保護されているため、表示できません。提供者に、外したものを求めてください。"
    en = "It is protected by a password. Ask its provider for a file without one."


class Broken(NotViewable):
    code = "file_unreadable"
    ja = f"ファイルが壊れているか、形式どおりではないため、表示できません。{ASK}"
    en = "The file is damaged or not what it says it is. Ask its provider for another."


class NotText(NotViewable):
    code = "file_not_text"
    ja = f"UTF-8・UTF-16・Shift_JIS のテキストではないため、表示できません。{ASK}"
    en = "It is no text in UTF-8, UTF-16 or Shift_JIS. Ask its provider for another file."


class TooLargeToView(NotViewable):
    code = "file_too_large_to_view"
    ja = f"大きすぎる（容量・ページ数・画素数）ため、ページとして表示できません。{ASK}"
    en = "Too large (bytes, pages or pixels) to be shown as pages. Ask its provider for a smaller."


class NoSuchPage(NotFound):
    code = "no_such_page"
    ja = "そのページはありません。ページ数は pages にあります。"
    en = "There is no such page. How many there are stands in `pages`."


class NoRendering(Busy):
    code = "rendering_unavailable"
    ja = "ページを画像にする処理を起動できません。続くなら管理者に連絡してください（doctor）。"
    en = "The program that makes page images does not start. If it goes on, tell the operator."


TOLD: dict[str, type[NotViewable]] = {
    "unknown": NotViewable,
    "encrypted": Encrypted,
    "damaged": Broken,
    "not_text": NotText,
    "too_large": TooLargeToView,
    "too_many_pages": TooLargeToView,
    "too_many_pixels": TooLargeToView,
    "too_complex": PageNotRendered,
}
