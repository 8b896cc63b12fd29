# /initiative and /promise, for organisers; and what people read about projects.

project-form = Start a project
project-field-title = Its name, as people would say it
project-field-level = How much do people’s answers count?
project-field-fixed = What can’t change, and why?
project-hint-fixed = For example: school hours can’t change, the law sets them.
project-field-decides = Who decides, or answers?
project-hint-decides = For example: The council’s transport committee
project-field-due = By when do people hear back?
project-hint-due = As people say it: “4 June”, “in 6 weeks”. You will be reminded.
project-started = **Started: { $title }.** You owe people an answer by { $due }.
project-list-title = ### Projects
project-list-none = There are none yet. Use /initiative start.
project-line = **{ $title }**: { $stage } { $count ->
    [0] No questions yet.
    [one] 1 question so far.
   *[other] { $count } questions so far.
}
project-line-closed = { $title }: closed.
project-title = ### { $title }
project-stage = Stage: { $stage }
project-ages = For: { $ages }
project-press-stage = Move to another stage
project-closed = **Closed: { $title }.** The channel is told why.
stage-form = Move to another stage
stage-field = Where to?
stage-moved = **Moved** to: { $stage } The channel is told why.
handed-over = **Handed over: { $title }.** What comes with it:
handed-over-nothing = No questions are open.
keep-form = You said, we did
project-field-said = You said
project-hint-said = What people told you, and how many
project-field-did = We did, or will do
project-hint-did = What changes, and by when
project-field-wont = We won’t, because
project-hint-wont = What does not change, and why. For example: close the road, because the bus needs it.
promise-list-title = ### Promises
promise-list-none = There are none yet. Every project starts with one.
promise-of = **{ $title }**
promise-state-none = No promise was made.
promise-state-kept = Kept on { $when }.
promise-state-due = People hear back by { $when }.
promise-state-overdue = **Overdue.** People should have heard back { $when }.
promise-kept-now = **Posted.** People can read what you did.
promise-press-new = Make a new promise
promise-form = A new promise
promise-made-now = **Promised, and posted.** You owe people an answer by { $due }. You can ask again.
post-promise-made = ### { $title }: a new promise

post-initiative = ### New project: { $title }
    For: { $ages }
post-stage = ### { $title }: a new stage
    Now: **{ $stage }** { $meaning }
    Why: { $reason }
post-closed = ### { $title } is closed
    Why: { $reason }
keep-answered = Which ideas do you do?
keep-answered-hint = Their numbers, for example: 3, 7. Their authors read “We did”. You can leave it empty.
keep-refused = Which ideas won’t you do?
keep-refused-hint = Their numbers. Their authors read “We won’t, because”. You can leave it empty.
post-kept-done = We did, or will do: { $numbers }.
post-kept-refused = We won’t do: { $numbers }.
post-kept-answers = This answers { $numbers }.
post-kept = ### { $title }: what became of it
    { "" }**You said:** { $said }
    { "" }**We did:** { $did }
    { "" }**We won’t:** { $wont }
post-overdue = ### { $title }: we are late
    You should have heard back by { $due }. You have not. We say so here because we promised.
post-promise-late = ### { $title }: you are late
    People should have heard back by { $due }. I told them so. Press “My desk”, then “Keep the promise”.
post-soon = ### { $title }: people wait for you
    You promised that they hear back by { $due }. Press “My desk”, then “Keep the promise”.
meaning-define = We ask what is wrong.
meaning-options = We ask what could be done.
meaning-decide = It is time to choose.
meaning-deliver = It is being done.
meaning-evaluate = We ask if it worked.
