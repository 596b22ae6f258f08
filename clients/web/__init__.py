"""The pages: what a person with a browser sees of Kyogikai.

Begin with `app`. Everything a page shows or does goes through the public API, as the person whose
session the browser's cookie holds; there is no way around it, and no rule of rights in here.
"""
