"""What the program counts about itself. No label says who, where or what: only how often and how long.

Counting costs a microsecond and is done where the thing happens. What can be looked up is not counted but
looked up when somebody asks: see ``health.py``. docs/operating.md says what to do at which value.
"""

from __future__ import annotations

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot import __version__

REGISTRY = CollectorRegistry()
"""One for the process, as there is one app in it. Tests look at what a number rises by."""
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# Else each counter has a twin that says since when.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
ProcessCollector(registry=REGISTRY)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Up to the three seconds that Discord waits for an answer."""
LATE_SECONDS = (1, 5, 15, 60, 300, 3600, 86400)


def _counter(name: str, meaning: str, *outcomes: str) -> list[Counter]:
    counter = Counter(f"folkmoot_{name}", meaning, ["outcome"] if outcomes else [], registry=REGISTRY)
    return [counter.labels(outcome) for outcome in outcomes] or [counter]


def _gauge(name: str, meaning: str) -> Gauge:
    return Gauge(f"folkmoot_{name}", meaning, registry=REGISTRY)


def _histogram(name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(f"folkmoot_{name}", meaning, buckets=buckets, registry=REGISTRY)


# Made once, with their outcomes: to look one up by its label at every press would cost more than to count.

ANSWERS_RECORDED, ANSWERS_REFUSED = _counter(
    "answers", "Answers that people gave, changed or took back.", "recorded", "refused"
)
REPLIES_OK, REPLIES_REFUSED, REPLIES_FAILED = _counter(
    "replies", "Presses, forms and commands, by what came of them.", "ok", "refused", "failed"
)
[REPLIES_LOST] = _counter("replies_lost", "Replies that came too late for Discord, or did not get through.")
REPLY_SECONDS = _histogram("reply_seconds", "From a press or command to the end of its reply.", SECONDS)

WRITE_SECONDS = _histogram(
    "write_seconds", "What one transaction of the writer took, commit included.", SECONDS
)
WRITE_JOBS = _histogram(
    "write_jobs", "How many changes shared one transaction.", (1, 2, 4, 8, 16, 32, 64, 128, 256)
)
[WRITES_REFUSED] = _counter("writes_refused", "Changes that the database did not take.")
WRITES_WAITING = _gauge("writes_waiting", "Changes that wait for the writer.")

SLOTS_DONE, SLOTS_FAILED = _counter("slots", "What fell due: tries, by what came of them.", "done", "failed")
SLOT_LATE_SECONDS = _histogram(
    "slot_late_seconds", "How long after its moment a thing was done.", LATE_SECONDS
)
SLOTS_OWED = _gauge("slots_owed", "Things that failed and are still to be done.")

POSTS_SENT, POSTS_RETRIED, POSTS_DEAD = _counter(
    "posts", "Posts: tries, by what came of them.", "sent", "retried", "dead"
)
POSTS_WAITING = _gauge("posts_waiting", "Posts that should have been sent by now.")
POST_WAIT_SECONDS = _gauge("post_wait_seconds", "How long the oldest of them has waited.")
SENDING_PAUSED = _gauge("sending_paused", "1 while nothing is sent because Discord refused too much.")

REPAINTS_DONE, REPAINTS_FAILED = _counter("repaints", "Public cards brought up to date.", "done", "failed")
CARDS_STALE = _gauge("cards_stale", "Public cards that wait to be brought up to date.")

TICK_AGE_SECONDS = _gauge("tick_age_seconds", "Since when the heart has not gone round.")
[TICKS_FAILED] = _counter("ticks_failed", "Rounds of the heart that broke off; the log says why.")
[FRAMES_DROPPED] = _counter("frames_dropped", "What Discord's gateway sent that could not be read.")
GATEWAY_CONNECTED = _gauge("gateway_connected", "1 while Discord's gateway is connected.")

Gauge("folkmoot_build_info", "Which Folkmoot this is.", ["version"], registry=REGISTRY).labels(
    __version__
).set(1)


def slot_done(late_ms: int) -> None:
    """Count a slot that was done, so many milliseconds after its moment."""
    SLOTS_DONE.inc()
    SLOT_LATE_SECONDS.observe(late_ms / 1000)


def exposed() -> bytes:
    """Everything, in Prometheus' text format."""
    return prometheus_client.generate_latest(REGISTRY)
