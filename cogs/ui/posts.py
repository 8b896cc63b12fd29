"""The cards of what the bot says unasked: out of a post's facts, in the community's language."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator

from bot.domain.asks import ASK
from bot.domain.community import Community
from bot.domain.digest import from_json
from bot.domain.promises import Promise
from bot.domain.rounds import State
from bot.domain.weighing import WEIGH
from bot.services import (
    amending,
    checkin_results,
    following,
    initiatives,
    meanings,
    moderating,
    offers,
    promises,
    reviewing,
    rounds,
    safeguarding,
    supporting,
    trials,
    weighing,
    weighing_files,
)
from bot.services.initiatives import Standing
from bot.services.ports import SUBJECT, App, NotSent, Post
from bot.services.rounds import Look
from bot.wording import Markup, Wording
from cogs.ui.cards import Card, button
from cogs.ui.checkin_posts import checkin_post, direct_post
from cogs.ui.digest_card import digest_card
from cogs.ui.feedback_cards import words_card
from cogs.ui.idea_cards import numbers, short
from cogs.ui.limits import BUTTON_LABEL, MESSAGE_TEXT
from cogs.ui.line_words import time_lines
from cogs.ui.naming import apart
from cogs.ui.news_card import news_card
from cogs.ui.round_cards import RoundWords, public, result_card
from cogs.ui.times import day, moment, role
from cogs.ui.weigh_results import result_lines, with_picture
from cogs.ui.worry_card import worry_card

LISTED = 5
"""How many open questions *Have your say* shows with a button of their own."""


FOOTER = (("have-press-all", "open"),)
FOOTERS = {
    "say": (
        ("have-press-all", "open"),
        ("have-press-mine", "mine"),
        ("have-press-language", "language"),
        ("have-press-help", "help"),
    ),
    "result": (*FOOTER, ("result-press-proof", "proof")),
    "proof": (*FOOTER, ("result-press-proof", "proof")),
    "digest": (("desk-press", "desk"),),
    "draft-soon": (("desk-press", "desk"),),
    "late": (("desk-press", "desk"),),
    "promise-late": (("desk-press", "desk"),),
    "promise-soon": (("desk-press", "desk"),),
    "restored": (("desk-press", "desk"),),
    "queue": (("queue-press-next", "next"),),
    "reshaped": (("have-press-mine", "mine"),),
    "undone": (("have-press-mine", "mine"),),
    "meaning": (*FOOTER, ("meaning-press", "meaning")),
    "checkin-asks": (("checkin-press-list", "checkins"),),
    "checkin-paused": (("checkin-press-list", "checkins"),),
}
"""The buttons under a card, as (label, verb); the first one carries the post's mark."""


class Posts:
    """Builds the card of a post."""

    def __init__(self, app: App, wording: Wording) -> None:
        self._app = app
        self._wording = wording
        self._builders: dict[str, Callable[[Community, Post, RoundWords], Awaitable[Card]]] = {
            "round": self._round,
            "result": self._result,
            "cancelled": self._cancelled,
            "draft-soon": self._draft_soon,
            "late": self._late,
            "initiative": self._initiative,
            "stage": self._stage,
            "initiative-closed": self._initiative_closed,
            "promise-made": self._promise_made,
            "promise-kept": self._promise_kept,
            "promise-overdue": self._promise_overdue,
            "promise-late": self._promise_late,
            "promise-soon": self._promise_soon,
            "proof": self._proof,
            "witness": self._witness,
            "digest": self._digest,
            "restored": self._restored,
            "queue": self._queue,
            "reshaped": self._reshaped,
            "undone": self._undone,
            "offer": self._offer,
            "offer-over": self._offer_over,
            amending.CARD: self._amended,
            "words": self._posted_words,
            "worry": self._worry,
            "meaning": self._meaning,
            "news": self._news,
            "checkin": self._checkin,
            "checkin-asks": self._checkin,
            "checkin-paused": self._checkin,
            "asked": self._direct,
            "reminded": self._direct,
            "told": self._direct,
            "say": self._say,
        }

    async def card(self, community: Community, post: Post) -> Card:
        """The card of a post; it carries the post's mark in a button, by which it is found again."""
        words = self._words(community)
        card = await self._builders[post.card](community, post, words)
        if post.place == "person":
            return card.of(community.id)
        if post.card == amending.CARD:  # it has the buttons of the earlier one
            return card
        # A round's own buttons carry its mark, as long as it is open.
        if any(one.endswith(f":{mark_of(post)}") for one in custom_ids(card.children)):
            return card
        (label, verb), *others = FOOTERS.get(post.card, FOOTER)
        first = button(words.label(label), verb, 0, mark_of(post))
        return card.buttons(first, *(button(words.label(label), verb) for label, verb in others))

    def round_card(self, community: Community, look: Look) -> Card:
        """A round's public card as it looks now."""
        return public(look, self._words(community))

    async def say_card(self, community: Community) -> Card:
        """*Have your say* as it is now."""
        words = self._words(community)
        card = await self._say(community, None, words)
        return card.buttons(*(button(words.label(label), verb) for label, verb in FOOTERS["say"]))

    async def queue_card(self, community: Community) -> Card:
        """The moderators' card of what waits to be read, as it is now."""
        words = self._words(community)
        card = await self._queue(community, None, words)
        return card.buttons(*(button(words.label(label), verb) for label, verb in FOOTERS["queue"]))

    async def _queue(self, community: Community, _: Post | None, words: RoundWords) -> Card:
        found = await moderating.queue(self._app, community.id)
        oldest = moment(found.oldest_ms) if found.count else ""
        return Card().text(words.say("queue-title", count=found.count, oldest=oldest))

    async def _reshaped(self, community: Community, post: Post, words: RoundWords) -> Card:
        """What was merged or split; it is on the card whose words they are."""
        made = await supporting.standing(self._app, community.id, post.facts["into"])
        if len(made) < len(post.facts["into"]):
            raise NotSent("gone", SUBJECT)
        parents, into = numbers(words, post.facts["from"]), numbers(words, post.facts["into"])
        kind = "merged" if len(made) == 1 else "split"
        card = Card().text(words.say(f"post-{kind}", parents=parents, into=into))
        for held in made:
            text = short(words, held.contribution, self._app.asks.get(held.round.ask))
            card.text(words.say("post-made", number=held.contribution.id, text=text))
        return card.text(words.say("post-object", when=moment(post.facts["until_ms"])))

    async def _undone(self, _: Community, post: Post, words: RoundWords) -> Card:
        free = post.facts["free"]
        return Card().text(words.say("post-undone", numbers=numbers(words, free), count=len(free)))

    async def _offer(self, community: Community, post: Post, words: RoundWords) -> Card:
        """Asks the author of a message, without naming anybody, whether it is to be an idea."""
        offer = await offers.look(self._app, community.id, post.facts["offer"])
        if offer is None:
            raise NotSent("gone", SUBJECT)
        asked = (await rounds.look(self._app, community.id, offer.round)).round
        text, link = words.say("quoted", text=offer.words), Markup(offer.link)
        card = (
            Card()
            .text(
                words.say("post-offer", link=link, question=asked.question),
                text,
                leave=MESSAGE_TEXT // 8,
            )
            .text(words.say("post-offer-how", until=moment(offer.until_ms)))
        )
        return card.buttons(
            button(words.label("offer-press-yes"), "offer-yes", offer.id, offer.version, style="primary"),
            button(words.label("offer-press-no"), "offer-no", offer.id, mark_of(post)),
        )

    async def _offer_over(self, _: Community, post: Post, words: RoundWords) -> Card:
        return Card().text(words.say(f"post-offer-{post.facts['became']}"))

    async def _amended(self, community: Community, post: Post, words: RoundWords) -> Card:
        """An earlier post as it would be now, or what to say where there is none any more."""
        earlier = await amending.earlier(self._app, post)
        try:
            return await self.card(community, earlier)
        except NotSent:
            [(label, verb)] = FOOTER
            return Card().text(words.say("post-erased")).buttons(button(words.label(label), verb))

    def _words(self, community: Community) -> RoundWords:
        return RoundWords(self._wording, self._wording.nearest(community.language))

    async def _standing(self, community: Community, post: Post) -> Standing:
        return await initiatives.standing(self._app, community.id, post.facts["initiative"])

    async def _promised(self, community: Community, post: Post) -> tuple[str, Promise]:
        """The title and the promise that a post is about: where it names none, the one there was then."""
        one = await self._standing(community, post)
        made = await promises.find(self._app, community.id, one.initiative.id, post.facts.get("made_ms"))
        if made is None:
            raise NotSent("gone", SUBJECT)
        return one.initiative.title, made

    async def _round(self, community: Community, post: Post, words: RoundWords) -> Card:
        look = await rounds.look(self._app, community.id, post.facts["round"])
        card = public(look, words, mark=mark_of(post))
        if post.facts.get("mention"):  # as an organiser chose; the messenger lets this one role be pinged
            card.text(words.say("checkin-mentioned", role=role(post.facts["mention"])))
        return card

    async def _result(self, community: Community, post: Post, words: RoundWords) -> Card:
        look = await rounds.look(self._app, community.id, post.facts["round"])
        if look.round.kind == WEIGH:
            return await self._weighed(community, post, look, words)
        lines: list[str] = []
        if look.round.checkin and look.result is not None:
            found = await checkin_results.of_round(self._app, look.round)
            lines = time_lines(words, look.round, look.result, found)
        card = result_card(look, words, post.facts["rows"], post.facts["head"], lines)
        if look.round.kind != ASK:
            return card
        return card.buttons(button(words.label("ask-press-ideas"), "ideas", look.round.id))

    async def _weighed(self, community: Community, post: Post, look: Look, words: RoundWords) -> Card:
        found = await weighing.outcome(self._app, community.id, look.round.id)
        lines = result_lines(words, found)
        card = result_card(look, words, post.facts["rows"], post.facts["head"], lines)
        if not found.tally.answers:
            return card
        await with_picture(card, words, found)
        card.attachment(*await weighing_files.table(self._app, found))
        return card.buttons(button(words.label("weigh-press-stood"), "weigh-mine", look.round.id))

    async def _checkin(self, community: Community, post: Post, words: RoundWords) -> Card:
        return await checkin_post(self._app, community, post, words)

    async def _direct(self, community: Community, post: Post, _: RoundWords) -> Card:
        return await direct_post(self._app, self._wording, community, post)

    async def _posted_words(self, community: Community, post: Post, words: RoundWords) -> Card:
        found = await reviewing.released(self._app, community.id, post.facts["round"])
        if found is None:
            raise NotSent("gone", SUBJECT)
        return words_card(await rounds.look(self._app, community.id, found.round.id), words, found)

    async def _cancelled(self, community: Community, post: Post, words: RoundWords) -> Card:
        look = await rounds.look(self._app, community.id, post.facts["round"])
        title, asked = words.title(look), look.round
        facts = {"question": asked.question, "reason": asked.end_reason}
        return Card().text(words.say("result-cancelled", title=title, **facts))

    async def _draft_soon(self, community: Community, post: Post, words: RoundWords) -> Card:
        look = await rounds.look(self._app, community.id, post.facts["round"])
        return Card().text(
            words.say(
                "post-draft-soon",
                title=words.title(look),
                question=look.round.question or words.say("poll-no-question"),
                when=moment(post.facts["lapses_ms"]),
            )
        )

    async def _late(self, community: Community, post: Post, words: RoundWords) -> Card:
        # A post of an earlier version is about one round, and knows one reason.
        late = post.facts.get("rounds") or {post.facts["round"]: "down"}
        card = Card().text(words.say("post-late", count=len(late)))
        lines = []
        those = [(await rounds.look(self._app, community.id, int(which))).round for which in late]
        named = apart(words, those)
        for asked, why in zip(those, late.values(), strict=True):
            due, done = moment(asked.closes_ms), moment(asked.closed_ms)
            because = words.say(f"schedule-why-{why}")
            line = words.say("post-late-line", question=named[asked.id], due=due, done=done, why=because)
            lines.append(line)
        return card.text(*lines)

    async def _initiative(self, community: Community, post: Post, words: RoundWords) -> Card:
        one = await self._standing(community, post)
        ages = words.say(f"ages-{one.initiative.ages}")
        card = Card().text(words.say("post-initiative", title=one.initiative.title, ages=ages))
        return card.text(*words.promise(one.promise))

    async def _stage(self, community: Community, post: Post, words: RoundWords) -> Card:
        one, to = await self._standing(community, post), post.facts["to"]
        return Card().text(
            words.say(
                "post-stage",
                title=one.initiative.title,
                stage=words.say(f"stage-{to}"),
                meaning=words.say(f"meaning-{to}"),
                reason=post.facts["reason"],
            )
        )

    async def _initiative_closed(self, community: Community, post: Post, words: RoundWords) -> Card:
        one = await self._standing(community, post)
        return Card().text(words.say("post-closed", title=one.initiative.title, reason=post.facts["reason"]))

    async def _promise_kept(self, community: Community, post: Post, words: RoundWords) -> Card:
        title, made = await self._promised(community, post)
        card = Card().text(words.say("post-kept", title=title, said=made.said, did=made.did, wont=made.wont))
        answered, refused = post.facts.get("answered", ()), post.facts.get("refused")
        # A post of an earlier version does not know which of them are done.
        done = "post-kept-answers" if refused is None else "post-kept-done"
        return card.text(
            words.say(done, numbers=numbers(words, answered)) if answered else "",
            words.say("post-kept-refused", numbers=numbers(words, refused)) if refused else "",
        )

    async def _promise_made(self, community: Community, post: Post, words: RoundWords) -> Card:
        title, made = await self._promised(community, post)
        return Card().text(words.say("post-promise-made", title=title), *words.promise(made))

    async def _promise_overdue(self, community: Community, post: Post, words: RoundWords) -> Card:
        title, made = await self._promised(community, post)
        return Card().text(words.say("post-overdue", title=title, due=day(made.due_ms)))

    async def _promise_late(self, community: Community, post: Post, words: RoundWords) -> Card:
        title, made = await self._promised(community, post)
        return Card().text(words.say("post-promise-late", title=title, due=day(made.due_ms)))

    async def _promise_soon(self, community: Community, post: Post, words: RoundWords) -> Card:
        title, made = await self._promised(community, post)
        return Card().text(words.say("post-soon", title=title, due=moment(made.due_ms)))

    async def _proof(self, _: Community, post: Post, words: RoundWords) -> Card:
        return Card().text(words.say("post-proof", rows=post.facts["rows"], head=post.facts["head"]))

    async def _witness(self, _: Community, post: Post, words: RoundWords) -> Card:
        return Card().text(words.say("post-witness", rows=post.facts["rows"], head=post.facts["head"]))

    async def _restored(self, _: Community, post: Post, words: RoundWords) -> Card:
        when, rows = moment(post.facts["backup_ms"]), post.facts["rows"]
        return Card().text(words.say("post-restored", when=when, rows=rows))

    async def _worry(self, _: Community, post: Post, words: RoundWords) -> Card:
        if "worry" not in post.facts:  # a post of an earlier version has its words with it
            return worry_card(words, safeguarding.Worry(post.community, 0, **post.facts), "")
        found = await safeguarding.look(self._app, post.community, post.facts["worry"])
        if found is None:
            raise NotSent("gone", SUBJECT)
        return worry_card(words, found, post.facts["to"])

    async def _meaning(self, community: Community, post: Post, words: RoundWords) -> Card:
        one = await meanings.to_tell(self._app, community.id, post.facts["word"])
        if one is None:
            raise NotSent("gone", SUBJECT)
        return Card().text(words.say("post-meaning", word=one.said, meaning=one.meaning))

    async def _news(self, community: Community, post: Post, _: RoundWords) -> Card:
        found = await following.news(self._app, community.id, post.facts["steps"])
        if not found:
            raise NotSent("gone", SUBJECT)
        words = RoundWords(self._wording, self._wording.nearest(post.facts["language"], community.language))
        return news_card(words, found, post.facts["own"], community.say_channel)

    async def _digest(self, community: Community, post: Post, _: RoundWords) -> Card:
        language = self._wording.nearest(community.language)
        return await digest_card(from_json(dict(post.facts)), self._wording, language)

    async def _say(self, community: Community, _: Post | None, words: RoundWords) -> Card:
        asked = await rounds.listing(self._app, community.id, State.OPEN)
        found = {one.initiative.id: one for one in await initiatives.listing(self._app, community.id)}
        card = Card().text(words.say("have-title"))
        now = self._app.clock.now_ms()
        late = [
            words.say("have-owed", title=one.initiative.title, due=day(one.promise.due_ms))
            for one in found.values()
            if one.promise and one.promise.is_overdue(now) and one.initiative.life == "open"
        ]
        card.text(*late, leave=MESSAGE_TEXT // 2)
        trying = await trials.waiting(self._app, community.id)
        if trying:
            press = words.say("have-press-all")
            card.text(words.say("have-trying", count=trying, press=press))
        if not asked:
            return card.text(words.say("have-nothing"))
        named = apart(words, asked)
        for each in asked[:LISTED]:
            title = found[each.initiative].initiative.title or str(words.say("project-other"))
            when = moment(each.closes_ms)
            card.text(words.say("have-line", question=named[each.id], title=title, when=when))
        if len(asked) > LISTED:
            press = words.say("have-press-all")
            card.text(words.say("have-more", count=len(asked) - LISTED, press=press))
        return card.buttons(
            *(
                button(
                    words.label("have-press-answer", BUTTON_LABEL, question=named[each.id]),
                    "answer",
                    each.id,
                    style="primary",
                )
                for each in asked[:LISTED]
            )
        )


def mark_of(post: Post) -> str:
    """What tells this post's message from every other."""
    return f"m{post.community}-{post.id}"


def custom_ids(items: Iterable[object]) -> Iterator[str]:
    """The custom ids of everything on a card, or of a message's components."""
    for item in items:
        yield from custom_ids(getattr(item, "children", ()))
        if custom_id := getattr(item, "custom_id", None):
            yield custom_id
