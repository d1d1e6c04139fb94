"""The script of every page: what is true on all of them, then the page itself."""

import streamlit as st

from vnchat.engine import engine
from vnchat.ui import frame, places

st.set_page_config(
    page_title="vnchat",
    layout="centered",
    initial_sidebar_state="auto",
)
frame.style()
if engine().broken:
    st.error(engine().broken, icon=":material/error:")
    st.caption("Mend it and start vnchat again; nothing is lost.")
    st.stop()
st.navigation(
    [places.chat(), places.library(), places.assistants(), places.gateways()], position="hidden"
).run()
