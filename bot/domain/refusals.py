"""The expected "no": a code and its facts, never a sentence.

Doors turn a refusal into words in one place: the message ``refusal-<code>`` of
``config/wording/<language>/refusals.ftl``, with the facts as its variables.
"""

from __future__ import annotations

Fact = str | int
"""What a refusal may carry: a word that somebody typed, or a number."""


class Refusal(Exception):
    """Raised where a rule says no; nothing has been changed when it is raised.

    Args:
        code: kebab-case, the name of the sentence without ``refusal-``.
        facts: the sentence's variables; text in them is untrusted.
    """

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
