"""What comes from outside and is kept: fetched under guard, looked at, rebuilt, stored.

`addresses.py` says what may be fetched, `fetcher.py` fetches it (with `transport.py`, `download.py`
and `inline.py`), `probe.py` says what it is (by `sniff.py`), `pictures.py` draws pictures anew (by
`pixels.py`), `media.py` keeps the files, `signing.py` makes their short-lived addresses. Who owns a
file is known to the store only; it is served by `vnchat/web/kept.py`.
"""
