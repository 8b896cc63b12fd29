"""What each column of the schema holds, and what erases it where it holds a person or what they said.

A column that is in no list here fails a test, and so does one of a person or of words that nothing erases:
``tests/services/test_holdings.py``, which also runs what is named, and looks.
"""

from __future__ import annotations

from enum import StrEnum


class Holds(StrEnum):
    """What a column holds of people."""

    NUMBER = "number"
    """A number, a code of ours, or the platform's id of a place, a role or a message."""
    KEY = "key"
    """A secret, a salt, a hash or a mark that leads to nobody without one."""
    TIME = "time"
    PUBLIC = "public"
    """What organisers say to everybody in the community's name: it stays."""
    WORDS = "words"
    """What somebody said, or chose."""
    PERSON = "person"
    """Who somebody is."""


NUMBER, KEY, TIME, PUBLIC, WORDS, PERSON = Holds

COLUMNS: dict[str, dict[Holds, str]] = {
    "answer": {
        NUMBER: "community round standing came", PERSON: "person", WORDS: "value", TIME: "first_ms at_ms",
    },
    "ask_count": {NUMBER: "community round what name count", PUBLIC: "value"},
    "asking": {NUMBER: "community", KEY: "word who", TIME: "day_ms"},
    "batch": {
        NUMBER: "community id round state", PERSON: "entered_by confirmed_by", KEY: "mark",
        TIME: "made_ms settled_ms",
    },
    "checkin": {
        NUMBER: "community id initiative purpose state why pace zone channel direct role mention sealed runs",
        PUBLIC: "question form stated", TIME: "window_ms made_ms",
    },
    "comment": {NUMBER: "community round id field state reason", WORDS: "words"},
    "community": {
        NUMBER: "id platform platform_id language time_zone moderators_channel say_channel say_message "
        "queue_message moderation",
        KEY: "record", PUBLIC: "help_lines",
        PERSON: "lead_contact safeguarding_contact safeguarding_deputy witness",
        TIME: "made_ms removed_ms",
    },
    "community_role": {NUMBER: "community place role meaning"},
    "contact": {NUMBER: "community round what", PERSON: "person", TIME: "at_ms"},
    "contribution": {
        NUMBER: "community id round initiative standing state version why again origin came present newcomer "
        "supporters",
        PUBLIC: "place", PERSON: "person judge", WORDS: "question link",
        TIME: "first_ms at_ms settled_ms due_ms",
    },
    "disclosure": {NUMBER: "community number public standing", PERSON: "person", KEY: "salt", WORDS: "said"},
    "follow": {NUMBER: "community contribution told", PERSON: "person"},
    "forgetting": {NUMBER: "community", TIME: "at_ms"},
    "head": {NUMBER: "community number shown", KEY: "hash"},
    "helper": {NUMBER: "community", PERSON: "person", TIME: "since_ms asked_ms"},
    "identity": {NUMBER: "community", PERSON: "platform_id person"},
    "initiative": {
        NUMBER: "community id stage state ages", PUBLIC: "title", PERSON: "lead deputy",
        TIME: "made_ms closed_ms",
    },
    "interaction": {
        NUMBER: "community number initiative round stage act standing version", KEY: "who said hash",
        TIME: "at_ms",
    },
    "missed_turn": {NUMBER: "community checkin why", TIME: "due_ms"},
    "occurrence": {NUMBER: "community schedule local_date slot why", TIME: "due_ms done_ms"},
    "offer": {
        NUMBER: "community id round channel", PERSON: "author", WORDS: "words link", TIME: "until_ms",
    },
    "outbox": {
        NUMBER: "community id once card place state attempts message trouble", PERSON: "target",
        WORDS: "facts", TIME: "made_ms attempted_ms next_ms sent_ms",
    },
    "paper": {NUMBER: "community receipt batch standing came", WORDS: "said", TIME: "at_ms"},
    "person": {
        NUMBER: "community", PERSON: "id language notice ages", KEY: "secret",
        TIME: "notice_ms made_ms seen_ms",
    },
    "promise": {
        NUMBER: "community initiative level", PUBLIC: "fixed decides said did wont",
        TIME: "due_ms made_ms kept_ms",
    },
    "receipt": {NUMBER: "community code round", TIME: "made_ms"},
    "released_answer": {NUMBER: "community round id value"},
    "result": {NUMBER: "community round", PUBLIC: "tally"},
    "round": {
        NUMBER: "community id initiative kind stage state ask moderation source quorum show_of_hands sealed "
        "box checkin role audience channel message",
        PUBLIC: "question facts owner options form reason end_reason",
        TIME: "drafted_ms opened_ms closes_ms closed_ms released_ms",
    },
    "schedule": {NUMBER: "community id act subject pace zone", TIME: "next_ms"},
    "sealed_answer": {NUMBER: "community round tries", KEY: "mark code box"},
    "sealing": {NUMBER: "community round holder", TIME: "until_ms"},
    "source": {NUMBER: "community contribution parent"},
    "statement": {NUMBER: "community round contribution added stands readers"},
    "step": {NUMBER: "community contribution number act", WORDS: "words", TIME: "at_ms"},
    "support": {NUMBER: "community contribution", PERSON: "person", TIME: "at_ms"},
    "taker": {NUMBER: "community checkin state skipped", PERSON: "person", TIME: "until_ms"},
    "trial": {
        NUMBER: "community round", PERSON: "person", KEY: "about", WORDS: "understood hard",
        TIME: "asked_ms at_ms",
    },
    "version": {NUMBER: "community contribution number", WORDS: "said chosen", TIME: "at_ms"},
    "worry": {NUMBER: "community id about handed", WORDS: "said", TIME: "at_ms"},
    "worry_count": {NUMBER: "community month count"},
    "word": {NUMBER: "community id asked", PUBLIC: "same said meaning", TIME: "at_ms"},
}  # fmt: skip
"""By table: what its columns hold."""

FORGETS: dict[str, str] = {
    "answer.person": "answers_given",
    "answer.value": "answers_given",
    "batch.entered_by": "papers_entered",
    "batch.confirmed_by": "papers_entered",
    "community.safeguarding_contact": "parts_played",
    "community.safeguarding_deputy": "parts_played",
    "community.witness": "parts_played",
    "contact.person": "checkins_taken",
    "contribution.person": "ideas",
    "contribution.judge": "ideas_judged",
    "contribution.question": "ideas",
    "contribution.link": "ideas",
    "disclosure.person": "record_words",
    "disclosure.said": "record_words",
    "follow.person": "ideas_followed",
    "helper.person": "drafts_tried",
    "identity.platform_id": "account",
    "identity.person": "account",
    "initiative.lead": "parts_played",
    "initiative.deputy": "parts_played",
    "offer.author": "offers_made",
    "offer.words": "offers_made",
    "offer.link": "offers_made",
    "outbox.target": "messages_to_them",
    "outbox.facts": "messages_to_them",
    "person.id": "account",
    "person.language": "account",
    "person.notice": "account",
    "person.ages": "account",
    "step.words": "ideas",
    "support.person": "ideas",
    "taker.person": "checkins_taken",
    "trial.person": "drafts_tried",
    "trial.understood": "drafts_tried",
    "trial.hard": "drafts_tried",
    "version.said": "ideas",
    "version.chosen": "ideas",
}
"""By column that holds a person or words: the part of ``services/forgetting.py`` that erases it."""

NOBODYS: dict[str, str] = {
    "comment.words": "retention.finish",
    "community.lead_contact": "communities.set_up",
    "paper.said": "batches.confirm",
    "worry.said": "safeguarding.have",
}
"""Where it is nobody's from its beginning, or a community's own: what erases it instead."""
