# The weekly digest and /digest, for organisers and moderators.

digest-title = ## What happened from { $since } to { $until }
digest-late = **This digest is late.** /schedule show says why.
digest-people = { $count ->
    [0] Nobody took part.
    [one] 1 person took part.
   *[other] { $count } people took part.
}
digest-new = { $count ->
    [0] Nobody was new.
    [one] 1 of them was new here.
   *[other] { $count } of them were new here.
}
digest-standings-weekly = Groups are told only in the digest that comes by itself, once a week. More often, they could show who came in between.
digest-standings-few = We don’t show how many there were of each group. It could give away who took part.
digest-standings = By standing: { $who }. Groups that are too small are left out.
digest-project = ### { $title }
    Stage: { $stage }
digest-words = { $count ->
    [one] People asked what 1 word means. Nobody has explained it yet. Use /desk.
   *[other] People asked what { $count } words mean. Nobody has explained them yet. Use /desk.
}
digest-open = - Open: { $question } { $count ->
    [one] 1 answer so far.
   *[other] { $count } answers so far.
} Closes { $when }.
digest-opened = - New: { $question } { $count ->
    [one] 1 answer so far.
   *[other] { $count } answers so far.
} Closes { $when }.
digest-closed = - Closed: { $question } { $count } answered. { $texts } got the most: { $most }.
digest-closed-tie = - Closed: { $question } { $count } answered. Level with { $most } each: { $texts }.
digest-closed-people = - Closed: { $question } { $count ->
    [one] 1 person answered.
   *[other] { $count } people answered.
}
digest-closed-nobody = - Closed: { $question } Nobody answered.
digest-closed-quorum = - Closed: { $question } It does not count: { $count } answered, and it needed { $quorum }.
digest-owed = - People hear back by { $when }.
digest-overdue = - **Overdue:** people should have heard back { $when }. Use /promise keep.
digest-next-close = Closes next: { $question } { $when }
digest-quiet = No question was open.
digest-head = -# Proof: row { $rows } of our record, { $head }
digest-picture = People who answered each question
digest-unit = people
digest-sent = **Sent** to the moderators’ channel.
digest-planned = **From now on** the digest comes { $pace }. The next three:
digest-next = { $when }
digest-more = and { $count } more
