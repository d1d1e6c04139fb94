"""The frame around every page: the few rules of style that Streamlit's theme cannot say."""

import streamlit as st

# No ":has()" may begin at what holds the thread: the browser would walk through the whole of it for
# each block that an answer gains, a millisecond and more in a long conversation.
_CSS = """<style>
[data-testid=stMain] { --vn-top: 1.2rem; --vn-left: 0; }
/* the button that brings the sidebar back stands over the page */
[data-testid=stHeader]:has([data-testid=stExpandSidebarButton]) ~ [data-testid=stMain] {
  --vn-top: 2.8rem; --vn-left: 2.2rem;
}
[data-testid=stMainBlockContainer] {
  max-width: 46rem; padding-top: var(--vn-top); padding-bottom: 1rem;
}
[data-testid=stBottomBlockContainer] { max-width: 46rem; padding-bottom: 1rem; }
[data-testid=stChatInput] { border-radius: 1.1rem; }
[data-testid=stFileChip] [data-tokens]:not([data-tokens=""])::after {
  content: " · " attr(data-tokens);
}
[data-testid=stCaptionContainer] { opacity: .9; }
[data-testid=stStatusWidget], [data-testid=stAppDeployButton] { display: none; }
[data-testid=stHeader] { background: transparent; height: 3rem; pointer-events: none; }
[data-testid=stHeader] div { pointer-events: none; }
[data-testid=stHeader] button { pointer-events: auto; }
[data-testid=stLayoutWrapper]:has(> .st-key-head) {
  position: sticky; top: 0; z-index: 5; background: light-dark(#ffffff, #17181b);
  margin-top: calc(-1 * var(--vn-top));
}
.st-key-head { padding: .35rem 0 .35rem var(--vn-left); min-height: 3rem; }
[data-testid=stSidebarUserContent] { padding-top: 0; }
[data-testid=stSidebarHeader] { height: 3rem; margin-bottom: 0; }
.st-key-waiting button { min-height: 2rem; padding: 0 .6rem; }
.stApp:has(.vn-message) .st-key-demo-notice { display: none; }
/* nothing but a hidden component: it takes no room, and its menu can still be shown */
.st-key-beside-prompt:not(
  :has(button:not([hidden], .vn-choice, .vn-mic, .vn-halt), .vn-tokens:not([hidden]))
) {
  height: 0; min-height: 0; margin-bottom: -1rem;
}
/* white on the dark theme's lighter accent would be 3.6 : 1 */
button[kind^=primary], button[kind^=primary] p { color: light-dark(#ffffff, #10131c) !important; }
.st-key-foot { margin-top: 1rem; }
.st-key-foot [data-testid=stButtonGroup] { margin-top: .5rem; }
.st-key-foot a { min-height: 2rem; align-items: center; }
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; animation: none !important; }
}
</style>"""


def style() -> None:
    st.html(_CSS)
