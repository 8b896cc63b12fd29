# Weighing: statements that people agree or disagree with, and /weigh.

round-statements = Read short statements, one at a time. Say if you agree. You can stop when you like.
round-deck = { $count ->
    [one] There is 1 statement so far. You can add your own.
   *[other] There are { $count } statements so far. You can add your own.
}
draft-kind-statements = Weigh statements: each person agrees, disagrees or passes
draft-deck = { $count ->
    [0] **To do:** there are no statements yet. Press “Add statements” and write some.
    [one] There is 1 statement so far.
   *[other] There are { $count } statements so far.
}
draft-preview-weigh = Under it people find the button “Say where you stand”.
statements-press = Add statements
statements-form = Statements of your own
statements-field = One statement on each line
statements-hint = Up to { $count } lines. People see that an organiser wrote them.

weigh-press-start = Say where you stand
weigh-press-agree = Agree
weigh-press-disagree = Disagree
weigh-press-pass = Pass
weigh-press-better = Say it better
weigh-press-own = Add your own
weigh-press-back = Back
weigh-press-more = More statements
weigh-press-mine = Where I stand
weigh-press-withdraw = Take all of it back
weigh-press-stood = Where did I stand?
weigh-place = Statement { $number } of { $count }
weigh-again = You have read this one before.
weigh-number = -# Number { $number }
weigh-added = An organiser wrote this one.
weigh-now = You said: { $vote }.
weigh-vote-agree = agree
weigh-vote-disagree = disagree
weigh-vote-pass = pass
weigh-thanks = { $count ->
    [one] **Thank you.** You have read 1 statement.
   *[other] **Thank you.** You have read { $count } statements.
}
weigh-nothing-yet = **There is nothing to read right now.**
weigh-more = { $count ->
    [one] 1 more waits, if you like.
   *[other] { $count } more wait, if you like.
}
weigh-all = You have read all there are. New ones may come: look in again.
weigh-until = You can change what you said until it closes { $when }.
weigh-pick = Change one
weigh-say-form = Say it better
weigh-mine-title = ### Where you stand: { $question }
weigh-mine-counts = You agree with { $agree }, disagree with { $disagree } and passed on { $passed }.
weigh-mine-line = **{ $number }.** { $text } You said: { $vote }.
weigh-most = You stood with most people on { $count } of { $total }.
weigh-most-none = We can’t say where most people stood: too few have read what you read.
mine-press-stood = Where did I stand? { $question }
mine-weighed = agree { $agree }, disagree { $disagree }, pass { $passed }

weigh-result = { $count ->
    [one] 1 person
   *[other] { $count } people
} read { $statements ->
    [one] 1 statement.
   *[other] { $statements } statements.
}
weigh-agreed = **What most agree on**
weigh-agreed-none = There is nothing that most people agree on.
weigh-agreed-unsure = Most who read some of these agree with them. But too few have read them to be sure.
weigh-divided = **What people are divided on**
weigh-divided-none = There is nothing that people are much divided on.
weigh-others = **The other statements**
weigh-every = **Every statement**
weigh-rest = { $count ->
    [one] 1 more is in the file.
   *[other] { $count } more are in the file.
}
weigh-across = **What all these groups tend to agree on**
weigh-across-none = There is nothing we can say that all these groups agree on.
weigh-line = **{ $number }.** { $text } { $agree } of { $total } agree ({ $low } to { $high } in 100), { $disagree } disagree, { $passed } pass.
weigh-sure = In brackets: of many people like these, so many in 100 would likely agree. The fewer have read it, the less sure we are.
weigh-line-across = **{ $number }.** { $text }
weigh-few = { $count ->
    [one] Too few people have read 1 other statement to say anything of it.
   *[other] Too few people have read { $count } other statements to say anything of them.
}
weigh-picture = Who agrees
weigh-unit = people in 100 who agree, of those who read it
weigh-picture-more = and { $count } more
weigh-export-here = The numbers, for you alone. The files hold no names, and nobody’s single answers.
desk-press-weigh = Weigh the ideas: { $question }
desk-weigh = People’s ideas can be weighed now: { $question }
