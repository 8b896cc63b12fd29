# /checkin: a small question at a steady pace, for organisers; and what residents meet of it.

checkin-title = ## Check-in: { $title }
checkin-no-question = **No question yet.**
checkin-state-draft = This is a draft. Nobody but organisers sees it.
checkin-state-running = It is running.
checkin-state-paused = It is paused. Nothing is asked.
checkin-state-asks = **It has run six times. It asks nothing more until you press “Go on”.**
checkin-state-stopped = It is over.
checkin-why-organiser = An organiser ended or paused it. Nothing is asked.
checkin-why-channel = **It is paused: I could not post in its channel.** Look at the channel, then press “Resume”.
checkin-why-promise = **It is paused: people have had their answer, and nothing new is promised.** Use /promise make, then press “Resume”.
checkin-why-role = **It is paused: its role was deleted.** Stop it, and prepare another one.
checkin-why-project = It is over, because its project is closed.
checkin-why-ended = It is over: its last day has passed.
checkin-pace = It comes { $pace }.
checkin-coming = The next times: { $times }.
checkin-open-hours = { $count ->
    [one] Each time it is open for 1 hour.
   *[other] Each time it is open for { $count } hours.
}
checkin-open-days = { $count ->
    [one] Each time it is open for 1 day.
   *[other] Each time it is open for { $count } days.
}
checkin-where = It is posted in { $channel }, for anyone there to answer.
checkin-direct = It comes by private message to those who ask for it in { $channel }. The results are posted there.
checkin-role = Only people with the role { $role } can answer.
checkin-mention = Only people with the role { $role } can answer. The role is mentioned each time.
checkin-named = Results are numbers. Words are shown only after you have read them. Who presses “Remind me” is reminded once.
checkin-sealed = **Without names:** nobody can find out who answered what. Nobody is reminded.
checkin-runs = After { $count } times it asks you whether to go on. It waits while the last result is not told.
checkin-times = ### So far
checkin-time-open = - { $when }: open now
checkin-time-closed = - { $when }: asked
checkin-missed = - { $when }: not asked. { $why }
checkin-missed-down = I was not running.
checkin-missed-open = The time before was still open.
checkin-missed-untold = The result of the time before was not posted yet.
checkin-missed-asks = Nobody had pressed “Go on”.
checkin-missed-channel = I could not post in its channel.
checkin-wants = { $on ->
    [one] 1 person wants to hear from me about it.
   *[other] { $on } people want to hear from me about it.
} { $paused ->
    [0] {""}
    [one] 1 has paused.
   *[other] { $paused } have paused.
}
checkin-closed-to-us = { $count ->
    [one] 1 person takes no private messages. I don’t try again.
   *[other] { $count } people take no private messages. I don’t try again.
}
checkin-later = { $count ->
    [one] 1 person is asked later: they have had enough messages this week.
   *[other] { $count } people are asked later: they have had enough messages this week.
}
checkin-never = { $count ->
    [one] 1 person is not asked this time: they have had enough messages this week.
   *[other] { $count } people are not asked this time: they have had enough messages this week.
}
checkin-stated = **What officials say:** { $said }. “{ $words }” (said { $when })
checkin-unstated = **Officials have not said yet whether it is there.** Press “What officials say”.

checkin-press-start = Start
checkin-press-questions = Questions
checkin-press-words = Whose words
checkin-press-state = What officials say
checkin-press-when = When
checkin-press-whom = How it reaches people
checkin-press-back = Back to the check-in
checkin-press-new = Prepare a check-in
checkin-form = Prepare a check-in
checkin-what = What does it ask?
checkin-what-hint = Choose what it asks
checkin-ready-own = Your own questions
checkin-field-by = How does it reach people?
checkin-by-channel = In a channel, where anyone can answer
checkin-by-direct = By private message, to those who ask for it
checkin-field-names = With or without names?
checkin-names-named = As other answers: only numbers are shown
checkin-names-sealed = Without names: nobody can find out who answered what
checkin-press-results = Results over time
checkin-press-now = Ask now
checkin-press-pause = Pause
checkin-press-resume = Resume
checkin-press-on = Go on
checkin-press-stop = Stop
checkin-press-stop-now = Stop it for good
checkin-press-show = Show: { $question }
checkin-press-list = Check-ins
checkin-press-ask-me = Ask me by private message
checkin-press-remind = Remind me
checkin-stop-sure = A check-in that is stopped can’t be started again. What is open stays open, and its result is told.
checkin-asked-now = **On its way.** It closes { $when }.
checkin-list = ## Check-ins
checkin-list-none = There is no check-in yet. It asks a small question at a steady pace, such as every Monday.
checkin-line-draft = - Draft: { $question }
checkin-line-running = - Running: { $question }
checkin-line-paused = - Paused: { $question }
checkin-line-asks = - **Asks whether to go on:** { $question }

checkin-field-question = What is it about?
checkin-hint-question = Everybody reads this above the questions. Such as: The walk to school
checkin-field-lines = Your questions, one on each line
checkin-hint-lines = How safe was it? | not at all | very
checkin-lines-how = One to five questions. With two ends it is a scale: *How safe was it? | not at all | very*. With slashes it is a choice: *How did you go? | on foot / by bus*. Alone it is a short text: *What would help?*
checkin-field-pace = When does it come?
checkin-hint-pace = Such as: every Monday 9am, or: first Tuesday of the month 10am until 30 June
checkin-field-open = How long can people answer each time?
checkin-field-state = Is it there?
checkin-field-why = In one or two sentences
checkin-hint-why = Everybody reads this beside what residents say
checkin-good-which = Residents said what would be good. Choose whose words come back as the question.
checkin-good-none = In this project nobody has said yet what would be good, where everybody can read it. Open an ask for problems first.
checkin-good-hint = Choose what somebody said
checkin-good-question = You said it would be good if: “{ $words }” How close are we?
checkin-good-label = How close are we?
checkin-good-low = far from it
checkin-good-high = we are there
checkin-ready-good = How close are we to what residents said would be good?

desk-checkin-asks = A check-in has run six times and asks whether to go on: { $question }
desk-checkin-paused = A check-in is paused, because it could not go on: { $question }
desk-checkin-draft = A check-in that has not started: { $question }
desk-press-checkin = Check-in: { $question }
desk-press-checkins = Check-ins
schedule-what-checkin = The check-in “{ $question }” comes
schedule-what-remind = I remind people of the check-in “{ $question }”

checkin-card = This question comes again and again, so that we can see what changes.
checkin-card-role = Only people with the role { $role } can answer.
checkin-mentioned = { $role }
post-checkin = **A check-in begins:** { $question }
post-checkin-pace = It comes { $pace }, { $count } times at first.
post-checkin-first = The first time: { $when }.
post-checkin-direct = It comes by private message to those who ask for it here. You can pause or stop it at any time.
post-checkin-asks = **A check-in has been asked { $count } times:** “{ $question }” It stops here, unless an organiser presses “Go on”.
post-checkin-paused-promise = **A check-in is paused:** “{ $question }” People have had their answer, and nothing new is promised. Use /promise make. Then resume it.
post-checkin-paused = **A check-in is paused:** “{ $question }” I could not post in its channel the last time.
direct-asked = A question about **{ $title }**. You asked me to send it.
direct-reminded = Only if you like: this question about **{ $title }** is still open. I don’t remind you again.
told-title = ## The result of the question that you answered
card-checkin = the start of a check-in
card-checkin-asks = whether a check-in goes on
card-checkin-paused = that a check-in is paused
card-asked = a check-in, to one person
card-reminded = a reminder, to one person
card-told = the result of a check-in, to one person

taking-press-skip = Skip this one
taking-press-rest = Pause for 4 weeks
taking-press-stop = Stop asking me
mine-takes = You get private messages about: { $question }
taking-press-stop-it = Stop asking me: { $question }
taking-press-again = Ask me again
taking-direct = **Done.** You get it by private message, from now on. I write to you at most { $count ->
    [one] once
   *[other] { $count } times
} a week.
taking-reminded = **Done.** If you have not answered by the day before it closes, I remind you once.
taking-none = I send no private messages to people under 18. You can answer here each time, in the channel.
taking-notice = I keep that you want private messages about this question.
taking-skipped = **Skipped.** You hear no more of it this time.
taking-rests = **Paused.** You hear nothing of it until { $when }.
taking-stopped = **Stopped.** You hear nothing more of it.

refusal-round-role-only = This question is for people with one role on this server, and you don’t have it. Nothing was saved. Ask an organiser if it should be for you.
refusal-checkin-window = It would still be open when it comes again. Nothing was changed. Choose at most { $hours } hours, or let it come less often.
refusal-checkin-quiet = From { $begins } to { $ends } nobody is disturbed. Nothing was changed. Choose a time of day outside these hours.
refusal-checkin-direct-teens = This project is for people under 18, and they get no private messages. Nothing was changed. Choose a channel.
refusal-checkin-sealed-direct = Without names it can’t come by private message: we would know whom we asked. Nothing was changed. Choose a channel.
refusal-checkin-mention-whom = You want a role mentioned, but chose none. Nothing was changed. Choose the role, too.
refusal-checkin-no-draft = This is no draft any more. Nothing was changed. Use /checkin show to see it.
refusal-checkin-state-first = Officials have to say first whether it is there. Nothing was started. Press “What officials say”.
refusal-checkin-ended = Its last day has passed, so it can’t come again. Nothing was changed. Prepare another one with /checkin schedule.
refusal-checkin-paused = It is paused already. Nothing was changed.
refusal-checkin-runs = It is running. Nothing was changed.
refusal-checkin-stopped = This check-in is over. Nothing was changed. Prepare another one with /checkin schedule.
refusal-checkin-open = It is open now. Nothing was asked. Wait until it closes, and its result is posted.
refusal-checkin-untold = People have not been told the last result yet. Nothing was asked. Look at your desk: something could not be posted.
refusal-checkin-channel = I could not post in its channel the last time. Nothing was asked. Look at your desk, and post it again.
refusal-checkin-unknown = I don’t know this check-in. Nothing was changed. Choose one from the list while you type.
refusal-checkin-ready-unknown = I don’t know this ready check-in. Nothing was changed. There are: { $there }.
refusal-checkin-over = This check-in is over. Press “Have your say” to see what is open.
refusal-checkin-no-reminders = Here nobody is reminded, so that nobody knows who has answered. Look in the channel each time.
refusal-checkin-not-in = You get no private messages about this. Nothing was changed.
refusal-questions-too-many = You wrote { $count } questions, and { $limit } fit. Nothing was changed. Leave some out.
refusal-questions-unreadable = I can’t read line { $number }. Nothing was changed. Write it like this: How safe was it? | not at all | very
refusal-questions-too-long = The question in line { $number } takes at most { $limit } letters. Nothing was changed. Make it shorter.
refusal-questions-options = Line { $number } needs 2 to { $limit } different answers with slashes between them. Nothing was changed. Write it like this: How did you go? | on foot / by bus
