"""Conversations with many earlier messages, written through the store as the runner writes them."""

from __future__ import annotations

from pathlib import Path

from vnchat.conversation import LOCAL_OWNER
from vnchat.reading.reply import Reply
from vnchat.settings import Settings
from vnchat.store import Plan, Store

SAID = "words of history that are not so short " * 10


def conversation(folder: Path, messages: int) -> str:
    """A conversation of so many messages in the data folder; gives its id."""
    store = Store.open(Settings(data_dir=folder))
    try:
        conversation, parent = "", ""
        plan = Plan(model="text-400-50", gateway="", paid=False, stream=True, state="sending")
        for n in range(messages // 2):
            turn = store.conversations.add_turn(
                owner=LOCAL_OWNER,
                conversation=conversation,
                parent=parent,
                plan=plan,
                question=f"question {n} {SAID}",
            )
            reply = Reply(text=f"## Answer {n}\n\n{SAID}\n\n- one\n- two\n", finish="stop")
            store.runs.finish(turn.run, "done", reply, "text", owner=LOCAL_OWNER)
            conversation, parent = turn.conversation, turn.answer.id
        if conversation:
            store.runs.seen(conversation, owner=LOCAL_OWNER)
        return conversation
    finally:
        store.close()
