"""The commands of `python -m vnchat`; `__main__.py` reads their arguments."""
