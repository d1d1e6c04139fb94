"""A film as a list of shots: rows of seconds and words become the prompt that will be sent.

How shots are written is decided in vnchat/gateway/families.py. The prompt box stays free text.
"""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from vnchat.engine import engine
from vnchat.gateway.families import shots_of, storyboard
from vnchat.ui.state import opened, owner, say

SECONDS = 5.0
MOST_SHOTS = 20
ROWS = "storyboard-rows"  # ids of the rows in order, while the dialog is open


def press() -> None:
    """Open the dialog: what stands in the prompt box is the first shot, or the shots it lists."""
    draft = engine().store.drafts.get(opened().id if opened().messages else "", owner=owner())
    shots = shots_of(draft) or [(SECONDS, " ".join(draft.split())), (SECONDS, "")]
    rows = []
    for seconds, words in shots[:MOST_SHOTS]:
        rows.append(_new_row())
        st.session_state[f"shot-seconds-{rows[-1]}"] = min(max(seconds, 0.5), 60.0)
        st.session_state[f"shot-words-{rows[-1]}"] = words
    st.session_state[ROWS] = rows


def draw(box: str) -> None:
    """The dialog while it is open; `box` is the key of the prompt box that it fills."""
    if ROWS in st.session_state:
        st.dialog(say("storyboard"), width="medium", on_dismiss=_close)(_dialog)(box)


def _dialog(box: str) -> None:
    st.caption(say("storyboard_help"))
    rows: list[str] = st.session_state.get(ROWS, [])
    if not rows:  # it was used: the page is drawn anew without it
        st.rerun()
    shots = [_row(row, n, last=len(rows) == 1) for n, row in enumerate(rows)]
    st.button(
        say("storyboard_add"),
        icon=":material/add:",
        on_click=_add,
        disabled=len(rows) >= MOST_SHOTS,
        key="storyboard-add",
    )
    told = storyboard(shots)
    if not told:
        st.info(say("storyboard_empty"))
    else:
        kept = shots_of(told)
        seconds = f"{sum(length for length, _ in kept):g}"
        st.caption(say("storyboard_total", n=len(kept), seconds=seconds))
        st.code(told, language=None, wrap_lines=True)
    st.button(
        say("storyboard_use"),
        type="primary",
        disabled=not told,
        on_click=_use,
        args=(box, told),
        key="storyboard-use",
    )


def _row(row: str, n: int, *, last: bool) -> tuple[float, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"shot-{row}"):
        seconds = st.number_input(
            say("storyboard_seconds"),
            min_value=0.5,
            max_value=60.0,
            step=0.5,
            format="%.1f",
            key=f"shot-seconds-{row}",
            label_visibility="visible" if n == 0 else "collapsed",
            width=110,
        )
        words = st.text_input(
            say("storyboard_shot"),
            key=f"shot-words-{row}",
            label_visibility="visible" if n == 0 else "collapsed",
        )
        st.button(
            "",
            icon=":material/close:",
            help=say("storyboard_drop"),
            key=f"shot-drop-{row}",
            on_click=_drop,
            args=(row,),
            disabled=last,
        )
    return seconds, words


def _new_row() -> str:
    return uuid4().hex[:8]


def _add() -> None:
    row = _new_row()
    rows = st.session_state[ROWS]
    before = st.session_state.get(f"shot-seconds-{rows[-1]}", SECONDS) if rows else SECONDS
    st.session_state[f"shot-seconds-{row}"] = before
    st.session_state[f"shot-words-{row}"] = ""
    st.session_state[ROWS] = [*rows, row]


def _drop(row: str) -> None:
    st.session_state[ROWS] = [one for one in st.session_state[ROWS] if one != row]


def _use(box: str, told: str) -> None:
    st.session_state[box] = told
    _close()


def _close() -> None:
    st.session_state.pop(ROWS, None)
