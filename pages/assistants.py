"""Assistants and templates: what a person keeps to write with."""

import streamlit as st

from vnchat.ui import assistants, sidebar
from vnchat.ui.state import say

sidebar.draw()
st.markdown(f"#### {say('assistants')}")
st.caption(say("assistants_why"))
assistants.draw()
st.markdown(f"#### {say('templates')}")
st.caption(say("templates_why"))
assistants.draw_templates()
