"""Reading a document as page images that carry a mark, and finding who read by the mark.

Owns marks and their codes. Never lets an unmarked page out, and renders nothing itself: that is
`server/rendering`.
"""
