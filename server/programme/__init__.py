"""The K Program registry: visions, technologies, concepts, adopted projects and their people.

Begin with `data/README.md` (what was published), then `registry.py` (how it is read), `loading.py`
(how it enters the database) and `service.py` (what happens to it afterwards).
"""
