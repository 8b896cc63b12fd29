"""Requests that speak unasked are made once: what came of them is the outbox's to judge, not the library's.

discord.py repeats a request after 500, 502, 504, 524 and 429, up to five times and without looking. A message
that was stored before the 500 would be doubled where its nonce is forgotten, and the circuit breaker would
never hear of four refusals in five. Answers to people's presses go other ways and are repeated as before.
"""

from __future__ import annotations

import re
from types import SimpleNamespace

import aiohttp

from bot.services.ports import NotSent

UNASKED = re.compile(r"/api/v\d+/(?:channels/\d+/messages(?:/\d+)?|users/@me/channels)")
TOO_MANY, BROKEN = 429, 500


def asked_once() -> aiohttp.TraceConfig:
    """What a client's session needs so that its messages are asked for once: see :func:`_ended`."""
    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(_ended)
    return trace


async def _ended(_: aiohttp.ClientSession, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
    """Raise NotSent before discord.py sees an answer after which it would ask again."""
    answer = ended.response
    if not UNASKED.fullmatch(ended.url.path) or (answer.status < BROKEN and answer.status != TOO_MANY):
        return
    try:
        raise await _limited(answer) if answer.status == TOO_MANY else NotSent("unknown", str(answer.status))
    finally:
        answer.close()


async def _limited(answer: aiohttp.ClientResponse) -> NotSent:
    try:
        told = await answer.json()
        wait_s, everything = float(told["retry_after"]), bool(told.get("global"))
    except (aiohttp.ClientError, ValueError, LookupError, TypeError):
        # Not Discord, but what stands before it: it slows down everything that comes from here.
        wait, everything = answer.headers.get("Retry-After", ""), True
        wait_s = float(wait) if wait.isdecimal() else 0.0
    return NotSent("limited", "global" if everything else "", wait_s)
