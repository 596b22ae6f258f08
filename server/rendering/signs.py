"""By which first bytes a file is taken for a PDF or an image.

Owns these two look-ups, for the server and the render process alike. Parses nothing.
"""

LOOKED_AT = 1024
PDF = b"%PDF-"
IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")


def is_pdf(content: bytes) -> bool:
    """Whether readers take it for a PDF: they look for its sign in the first 1024 bytes."""
    return PDF in content[:LOOKED_AT]


def is_image(content: bytes) -> bool:
    """Whether it begins as one of the images that are drawn here."""
    webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return webp or content.startswith(IMAGES)
