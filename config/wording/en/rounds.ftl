# A question in its channel, and its result.

round-title = ### { $title }
round-question = **{ $question }**
round-pick = Choose one.
round-approve = Choose as many as you like.
round-option = **{ $number }.** { $text }
round-option-hands = **{ $number }.** { $text }: **{ $count }**
round-closes = Closes { $when }.
round-promise-decide = You decide. { $decides } will tell you what happens by { $due }.
round-promise-together = We decide together: you and { $decides }. You hear back by { $due }.
round-promise-advise = You advise, we must answer. { $decides } answers by { $due }.
round-promise-told = We’re only telling you. { $decides } will say how it went by { $due }.
round-fixed = Can’t change: { $fixed }
round-overdue = **We are late.** People should have heard back by { $due }.
round-audience = Only for: { $who }.
round-reason = Why this is done in an unusual way: { $reason }
round-quorum = It counts if at least { $count } people answer.
round-answers = { $count ->
    [0] Nobody has answered yet. We show no results before it closes.
    [one] 1 person has answered. We show no results before it closes.
   *[other] { $count } people have answered. We show no results before it closes.
}
round-answers-hands = { $count ->
    [0] Open show of hands: everyone sees the numbers. Nobody has answered yet.
    [one] Open show of hands: everyone sees the numbers. 1 person has answered.
   *[other] Open show of hands: everyone sees the numbers. { $count } people have answered.
}
round-draft-preview = This is what people will see.
round-closed = **Closed.** The result is in this channel.
round-cancelled = **Cancelled.** Why: { $reason }

round-press-choose = Choose
round-press-read = Read all options
round-press-answer = My answer
round-press-help = Help
round-press-facts = Who sees what?
round-hint-pick = Choose one
round-hint-approve = Choose as many as you like

result-title = ### Result: { $title }
result-line = **{ $number }.** { $text }: **{ $count }** of { $total } ({ $bound ->
    [above] more than 99
    [below] less than 1
   *[exact] { $percent }
  }%)
result-leader = “{ $text }” got the most: { $count } of { $total }.
result-tie = No single winner. These are level with { $count } each: { $texts }.
result-nobody = Nobody answered. There is no result.
result-quorum-missed = It does not count: { $answers } answered, and it needed { $quorum }.
result-people = { $count ->
    [one] 1 person answered.
   *[other] { $count } people answered.
}
result-standings = Who answered: { $who }. We show no group that is too small.
result-standings-none = We don’t show how many there were of each group. It could give away who answered.
result-early = It closed early. Why: { $reason }
result-next = You will hear what happens by { $due }.
result-head = -# Proof: row { $rows } of our record, { $head }
result-press-proof = What is this proof?
result-cancelled = ### Cancelled: { $title }
    { $question }
    Why: { $reason }
    Nobody sees how it stood.
quoted = “{ $text }”
option-plain = { $number }. { $text }
