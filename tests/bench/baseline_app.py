"""The page to compare with: the smallest chat that the framework's own documentation shows.

Run by the benchmark as `streamlit run tests/bench/baseline_app.py`; it keeps nothing.
"""

import streamlit as st
from openai import OpenAI

client = OpenAI()
model = st.query_params.get("model", "text-400-50")
if "messages" not in st.session_state:
    earlier = int(st.query_params.get("earlier", "0"))
    st.session_state.messages = [
        {"role": "user" if n % 2 == 0 else "assistant", "content": f"turn {n} " + "words " * 60}
        for n in range(earlier)
    ]
for message in st.session_state.messages:
    with st.chat_message(message["role"]):
        st.markdown(message["content"])
if prompt := st.chat_input("Say"):
    st.session_state.messages.append({"role": "user", "content": prompt})
    with st.chat_message("user"):
        st.markdown(prompt)
    with st.chat_message("assistant"):
        stream = client.chat.completions.create(
            model=model, messages=st.session_state.messages, stream=True
        )
        text = st.write_stream(stream)
    st.session_state.messages.append({"role": "assistant", "content": text})
