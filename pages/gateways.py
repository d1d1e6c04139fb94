"""Gateways: the ones that can be chosen, and a form for another."""

import streamlit as st

from vnchat.ui import connect, gateways, sidebar
from vnchat.ui.state import say

sidebar.draw()
st.markdown(f"#### {say('gateways')}")
gateways.draw()
st.markdown(f"##### {say('connect')}")
connect.form()
