# What came out of a check-in, time after time.

line-title = ## Over time: { $title }
line-none = Nothing has come out yet. After the first time has closed, its result is here.
line-question = ### { $label }
line-scale = From { $low } to { $high }.
line-time = - { $when }: **{ $level }**. { $count ->
    [one] 1 person.
   *[other] { $count } people.
}
line-few = - { $when }: too few people answered this to show it.
line-chose = - { $when }: { $counts }.
line-chose-one = { $options } { $count }
line-group = { $who }: { $what }
line-everybody = everybody
line-groups = In groups: { $groups }.
line-apart = The groups are { $by } apart.
line-same-all = All of them answered the time before, too.
line-same = { $count ->
    [one] 1 of them answered the time before, too.
   *[other] { $count } of them answered the time before, too.
}
line-up = Up { $by } since the time before.
line-down = Down { $by } since the time before.
line-level = The same as the time before.
line-unusual = **That is more than its usual spread.**
line-missed = { $count ->
    [one] It was not asked at 1 turn. “Show” says why.
   *[other] It was not asked at { $count } turns. “Show” says why.
}
line-differs = **Officials and others see it differently.** Officials say: “{ $stated }”. { $people } of { $total } people say: “{ $said }”.
line-differs-residents = **Officials and residents see it differently.** Officials say: “{ $stated }”. { $people } of { $total } residents say: “{ $said }”.
line-how = A level is the mean of what people chose, rounded so that it tells nothing of one or two of them.
line-press-table = Table
line-table-here = Everything that may be shown, for you alone. The file holds no names and no words.
line-picture = { $question }
line-picture-unit = from { $low } to { $high }
result-line-level = **{ $label }** On average **{ $level }**, from { $low } to { $high }.
digest-line = { $label } { $levels }. { $change }
digest-differs = **{ $question }** { $line }

dictionary-line-opened-ms = When it was asked, or its turn was missed, in milliseconds since the start of 1970 (UTC).
dictionary-line-closed-ms = When it closed, in milliseconds since the start of 1970 (UTC). Empty for a missed turn.
dictionary-line-stage = The stage of the project then: define, options, decide, deliver or evaluate.
dictionary-line-question = Which question of the check-in. A quote mark in front keeps a spreadsheet from running it.
dictionary-line-group = Who: resident, front_line, officer, councillor or partner. Empty for everybody.
dictionary-line-people = How many of them answered this question.
dictionary-line-total = Of a scale: the sum of what they chose, rounded to a multiple of step.
dictionary-line-step = Of a scale: what the sum is rounded to, the fewest people that may be shown.
dictionary-line-level = Of a scale: total divided by people.
dictionary-line-options = The answers that are counted together here. Empty for a level.
dictionary-line-chose = How many chose one of these answers. Empty for a level.
dictionary-line-same = How many of all who answered had answered the time before, too. Empty where that would tell of a few.
dictionary-line-missed = Why nothing was asked at this turn: down, open, untold, asks or channel.
