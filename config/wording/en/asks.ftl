# Asks: what people bring in their own words, and what moderators make of it.

round-ask = Use your own words. One box is enough.
round-ask-after = Others see it at once, without your name. A moderator reads it after.
round-example = For example: “{ $text }”
round-answers-ask = { $count ->
    [0] Nobody has told us anything yet.
    [one] 1 person has told us something.
   *[other] { $count } people have told us something.
}
ask-press-ideas = Read ideas
ask-press-facts = The facts
ask-press-summary = Summary
ask-press-meeting = Notes of a meeting
ask-summary-present = { $count ->
    [one] 1 person was at meetings whose notes are here. We can’t tell if we know them.
   *[other] { $count } people were at meetings whose notes are here. We can’t tell which of them we know.
}
meeting-form = Notes of a meeting
meeting-place = Which meeting or walk was it?
meeting-place-hint = For example: Library, 12 May. Everybody reads this.
meeting-present = How many people were there?
meeting-notes = What people said, one idea on each line
meeting-notes-hint = Leave out names. Up to { $count } lines. Everybody can read them at once.
meeting-kept = { $count ->
    [one] **Saved.** It is idea { $first }. Everybody can read it now.
   *[other] **Saved.** They are ideas { $first } to { $last }. Everybody can read them now.
}
idea-met = Said at a meeting: { $place }. { $count ->
    [one] 1 person was there.
   *[other] { $count } people were there.
}
ask-press-files = Every word (files)
ask-press-next = Read the next one
ask-which = What do you ask for?
ask-list-title = ### Asks
ask-list-none = There are none yet. Use /ask open.
ask-export-here = Every word, for you alone. The files hold no names.
ask-summary-title = ### { $question }
ask-summary-ideas = { $count ->
    [0] There are no ideas yet.
    [one] 1 idea, from 1 person.
   *[other] { $count } ideas, from { $people } { $people ->
        [one] person
       *[other] people
    }.
}
ask-summary-new = { $count ->
    [0] Nobody was new here.
    [one] 1 of them was new here.
   *[other] { $count } of them were new here.
}
ask-summary-standings-later = How many there are of each group comes with the result.
ask-summary-states = Others can read { $accepted }. Declined: { $declined }. To read: { $waiting }.
ask-summary-fates = { $each }
ask-summary-merged = Part of another idea: { $count }.
ask-summary-split = Split: { $count }.
ask-summary-taken = In a decision: { $count }.
ask-summary-decided = Decided: { $count }.
ask-summary-delivered = Done: { $count }.
ask-summary-chosen = **{ $label }** { $each }
ask-summary-option = { $text }: { $count }
ask-summary-said = **{ $label }** { $count } said something.
ask-summary-top = **The most “I think so too”:**
ask-summary-unread = { $count ->
    [one] Nobody has read this one yet: { $numbers }.
   *[other] Nobody has read these { $count } yet: { $numbers }.
}
ask-summary-draft = This is a draft. Nobody has seen it.

round-owner = { $owner } answers each one within { $days } days.
draft-no-owner = **Still missing: who answers.** Press “The facts”.
draft-field-owner = Who answers?
draft-hint-owner = A name or an office that everybody reads. For example: Councillor Ama Boateng.
draft-ask = What you ask for: { $title }
draft-facts = The facts: { $text }
draft-moderated = A moderator reads each idea first. Then others see it, without a name.
draft-early = Others see each idea at once, without a name. A moderator reads it after.
draft-press-facts = The facts
draft-facts-form = The facts
draft-field-facts = What do officials know?
draft-hint-facts = What it costs, what the rules are, where the numbers come from.
draft-preview-ask = Under it people find the button “{ $label }”.

facts-title = **The facts**
tell-form = Tell us
tell-form-after = Tell us. Others see it at once
notice-words = A moderator reads your words first, without your name. Then others can read them.
notice-words-after = Others can read your words at once, without your name. A moderator reads them after, and can hide them.
idea-saved = **Saved. Your idea is number { $number }.**
idea-from-ask = Which question is it about?
idea-from-words = Your words
idea-from-hint = Change what you like. Leave out names.
offer-form = Ask its author
offer-words = The words of the idea
offer-hint = You can make it shorter. Leave out names.
offer-sent = **Asked.** The author reads it in the channel and can say yes or no until { $until }.
offer-said-no = **All right.** Nothing of it is kept, and it is no idea.
offer-press-yes = Yes, make it my idea
offer-press-no = No
post-offer = Somebody in charge here would like to make an idea of this message: { $link }
    It would answer “{ $question }”, in these words:
post-offer-how = Only its author can say yes, until { $until }. We show no name with an idea. But who knows this message will know whose idea it is.
post-offer-yes = **Settled.** The author of a message said yes: it is an idea now.
post-offer-no = **Settled.** The author of a message said no. We kept nothing of it.
post-offer-late = **This is over.** We asked if a message could be an idea. There was no answer, so we kept nothing of it.
post-offer-over = **This is over.** We asked if a message could be an idea. We kept nothing of it.
idea-link = It was this message of yours: { $link }. Only you see this line.
idea-title = ### Idea { $number }
    { $question }
idea-said = **{ $label }** { $text }
idea-erased = (These words were erased.)
idea-received = A person reads it first. Then others see it, without your name.
idea-received-after = Others can read it already, without your name. A moderator reads it soon.
idea-again = Somebody else will read it once more.
idea-accepted = Everybody can read it, without your name.
idea-declined = Others can’t read it. Why: { $why }.
idea-withdrawn = You took it back.
idea-merged = It is part of { $into } now. Everybody can still read it.
idea-split = It is { $into } now. Everybody can still read it.
idea-taken = It is part of a decision now.
idea-decided = It is decided.
idea-delivered = It is done.
idea-number = idea { $number }
idea-made-of = Made out of idea { $number }: { $text }
idea-due = { $owner } answers by { $when }.
idea-overdue = **The answer is late.** { $owner } should have answered by { $when }.
idea-steps = **What became of it**
idea-step = { $when }: { $what }
step-received = it reached us.
step-changed = you changed it.
step-accepted = a moderator let others read it.
step-declined = a moderator declined it: { $why }.
step-author-asked = a moderator asked you: { $words }
step-second-look = you asked for a second look.
step-withdrawn = you took it back.
step-merged = it became part of idea { $words }.
step-split = it became ideas { $words }.
step-made = it was made out of { $words }.
step-undone = that was undone.
step-taken = taken to a decision: { $words }
step-decided = decided: { $words }
step-refused = we won’t do it: { $words }
step-delivered = done: { $words }
idea-question = **A moderator asks you:** { $text } Press “Change” or “Add more” to answer.
idea-supporters = { $count ->
    [0] Nobody else has said “I think so too” yet.
    [one] 1 other person thinks so too.
   *[other] { $count } other people think so too.
}
idea-yours = This idea is yours.
idea-all-said = You have told us everything we ask. Thank you.
idea-which = What do you want to change?
idea-bound = **Idea { $number } can’t change now.** Others have answered to it: they voted on it, think so too or follow it. Its words stay with their answers.
idea-bound-joined = **Idea { $number } can’t change now.** Others stand for it, or it is in a decision.
idea-bound-mend = You can tell it as a new idea: press “Mend it”. Your words are filled in.
idea-bound-anew = You can tell it as a new idea. What it says is filled in.
idea-press-anew = Tell it as a new idea
idea-anew-form = A new idea
idea-more-form = One more thing
idea-change-form = Change it
idea-delete-ask = **Take back idea { $number }?** Nobody will be able to read it any more.
idea-deleted = **Taken back.** Nobody can read idea { $number } any more.
idea-press-more = Add more
idea-press-change = Change
idea-press-delete = Delete
idea-delete-yes = Yes, take it back
idea-delete-no = No, keep it
idea-press-again = Ask somebody else to look
idea-press-support = I think so too
idea-press-unsupport = I don’t think so any more
ideas-title = { $count ->
    [one] **One idea so far**
   *[other] **{ $count } ideas so far**
}
ideas-none = There is nothing to read yet. Come back soon.
ideas-line = **{ $number }.** { $text } { $count ->
    [0] { "" }
    [one] 1 person thinks so too.
   *[other] { $count } people think so too.
}
ideas-option = { $number }. { $text }
ideas-pick = Which one do you want to read?
ideas-press-back = Back
ideas-press-on = More
ideas-press-list = All ideas
ideas-press-tell = Tell us yours

mine-idea = **Idea { $number }:** { $text }
    { $state }
mine-press-idea = Idea { $number }
mine-press-on = More of mine
mine-press-back = Newer ones of mine

queue-title = { $count ->
    [0] **Nothing to read.** All ideas have had an answer.
    [one] **One idea to read.** It came { $oldest }.
   *[other] **{ $count } ideas to read.** The oldest came { $oldest }.
}
queue-empty = **Nothing to read.** All ideas have had an answer.
queue-press-next = Read the next one
queue-press-accept = Let others read it
queue-press-decline = Decline
queue-press-ask = Ask the author
queue-press-skip = Later
queue-press-back = Back
queue-accepted = **Done.** Everybody can read idea { $number } now.
queue-declined = **Declined.** The author sees the reason for idea { $number }.
queue-asked = **Asked.** The author of idea { $number } finds your question in My answers.
queue-again = The author asks for a second look.
queue-was-asked = You asked: { $text }
queue-early = Others can read it already. Decline it if they should not.
queue-changed = **It was changed.** Before, it said:
queue-was = **{ $label }** “{ $text }”
queue-was-not-there = **{ $label }** (nothing)
queue-supported = { $count ->
    [0] Nobody thinks so too yet.
    [one] 1 person thinks so too. They read what it said before.
   *[other] { $count } people think so too. They read what it said before.
}
queue-policy = Not to agree is no reason to decline.
queue-why = **Why is idea { $number } declined?** Its author reads the reason. We publish how often each one is used.
queue-why-hint = Choose a reason
queue-ask-form = Ask the author
queue-ask-field = Your question
queue-ask-hint = They find it in My answers. You don’t see who they are.
why-names = it names a person
why-harm = it attacks or threatens somebody
why-elsewhere = it is about something else
why-unclear = we could not understand it
why-twice = the same idea is there already
why-erased = its author erased it
why-advert = it sells something

result-ask = { $count ->
    [one] 1 person told us something.
   *[other] { $count } people told us something.
}
digest-ideas = Ideas: { $received } new. Moderators let others read { $accepted }. Declined: { $declined }.
digest-declined = { $why } ({ $count })
digest-from-chat = { $count ->
    [one] 1 of the new ones was a chat message before.
   *[other] { $count } of the new ones were chat messages before.
}
digest-why = Why declined: { $reasons }.
digest-unanswered = { $count ->
    [one] **1 answer to people is late.**
   *[other] **{ $count } answers to people are late.**
}
digest-waiting = { $count ->
    [one] **1 idea waits to be read.**
   *[other] **{ $count } ideas wait to be read.**
}
desk-waiting = { $count ->
    [one] 1 idea to read. It came { $oldest }.
   *[other] { $count } ideas to read. The oldest came { $oldest }.
}
desk-unanswered = { $count ->
    [one] One answer is late: { $numbers }. Open it in “Read ideas”, then press “What became of it”.
   *[other] { $count } answers are late: { $numbers }. Open each in “Read ideas”, then press “What became of it”.
}
desk-press-ask = Ask people
card-queue = the card of ideas to read
card-offer = a question to the author of a message
card-amended = an earlier post again, without words that were erased
card-offer-over = what became of a question to the author of a message
card-reshaped = the post that ideas were joined or split
card-undone = the post that ideas stand by themselves again

merge-press = Join with others
merge-form = Join idea { $number } with others
merge-others = Which other ideas? Their numbers
merge-others-hint = For example: 3, 7
merge-words = What they say together
merge-words-hint = One or two sentences. Everybody reads them.
merge-done = **Done.** These are one now, as idea { $into }: { $numbers }. All of them can still be read.
merge-object-until = Their authors can undo it until { $when }. You can undo it, too.
split-press = Split
split-form = Split idea { $number }
split-words = What it says, one thing on each line
split-words-hint = 2 to { $count } lines. Everybody reads them.
split-done = **Done.** Idea { $number } is split: { $into }. It can still be read.
merge-check = **Is it the same that these say?** Then say it in one. Everybody reads that.
merge-press-write = Say it in one
idea-says = **Idea { $number }:** “{ $text }”
idea-says-gone = **Idea { $number }:** (These words were erased.)
undo-press = Undo
undo-yes = Yes, undo it
undo-no = No, leave it
undo-ask = **Undo idea { $number }?** What it was made out of stands by itself again, as before.
undo-done = **Undone.** { $count ->
    [one] This stands by itself again: { $numbers }.
   *[other] These stand by themselves again: { $numbers }.
}
object-press = I object
object-yes = Yes, undo it
object-no = No, leave it
object-ask = **Undo what was made out of your idea { $number }?** Then it stands by itself again, as before.
post-merged = **These say the same, so they are one now:** { $parents }. Who thinks so too counts once.
post-split = **This says several things, so it is split now:** { $parents }. Who thinks so too counts for each.
post-made = **Idea { $number }:** { $text }
post-object = Is one of them yours? Press “My answers” if you object. You can until { $when }.
post-erased = The words that stood here were erased.
post-undone = **Undone.** { $count ->
    [one] This idea stands by itself again: { $numbers }.
   *[other] These ideas stand by themselves again: { $numbers }.
}
outcome-press = What became of it
outcome-form = What became of idea { $number }
outcome-state = Where it is now
outcome-taken = It is part of a decision
outcome-decided = It is decided
outcome-delivered = It is done
outcome-words = Tell people what happens, and why
outcome-words-hint = Everybody reads it, the author first.
outcome-told = **Told.** Everybody who reads idea { $number } sees it.

refusal-ask-gone = What was asked for here is not set up any more. Please tell whoever runs this bot.
refusal-ask-unknown = I don’t know that. Choose one of: { $there }.
refusal-words-missing = Please write something first.
refusal-contributions-many = You have { $limit } ideas here. Change one of them, or take one back.
refusal-contribution-unknown = This idea is not there, or not yours.
refusal-contribution-settled = Idea { $number } has had its answer already: { $state ->
    [accepted] somebody has let others read it
    [declined] somebody declined it
    [withdrawn] it was taken back
    [merged] it was joined with others
    [split] it was split
    [received] nobody has read it since it was changed
   *[other] it is in a decision, or decided
}. Press “Read the next one”.
refusal-contributions-unread = { $count ->
    [one] One idea has had no answer yet: { $numbers }. Press “Read the next one” on your desk first.
   *[other] { $count } ideas have had no answer yet: { $numbers }. Press “Read the next one” on your desk first.
}
refusal-second-look-once = Somebody has looked at it twice, or will soon. You can write a new idea.
refusal-second-look-not = Nobody has declined it.
refusal-second-look-other = You declined it before. Somebody else has to look now.
refusal-support-own = This idea is yours. Your own voice counts already.
refusal-why-unknown = Choose one of the reasons in the list.
refusal-message-not-yours = This message is not yours. Only whoever wrote it can make an idea of it, or an organiser who asks them.
refusal-message-of-nobody = No person wrote this message, so nobody could say yes. Choose a message that somebody wrote.
refusal-message-empty = There are no words in this message. Ask its author to tell us.
refusal-offer-there = The author of this message has been asked already. Please wait for their answer.
refusal-offer-gone = This is over, or was never asked. You can tell us your idea under “Have your say”.
refusal-offer-not-yours = Only the author of the message can answer this. You can tell us an idea of your own under “Have your say”.
refusal-offer-channel = I can’t ask the author in { $channel }: I lack { $lacking } there. Someone who manages this server can allow it. Or ask the author to do it.
refusal-ask-none-open = Nothing is open for ideas right now. Come back soon.
refusal-place-missing = Please say which meeting or walk it was.
refusal-present-unreadable = Please write how many people were there as a number, from 1 to { $most }.
refusal-notes-many = These are { $count } ideas. Please send at most { $limit } at once.
refusal-stage-unfit = This ask does not fit that stage. Choose another one in “Rules”.
refusal-safety-missing = People may write that they are in danger. Someone with Manage Server runs /setup first and says who hears safety worries, and which help lines there are.
refusal-contribution-busy = Idea { $number } can’t be part of this now. It is joined, split, declined or decided already.
refusal-contribution-bound = Idea { $number } can’t change now: others stand for it, or it is in a decision. Object first, or tell us a new one.
refusal-contribution-answered = Idea { $number } can’t change now: others have answered to it as it is. Press “Change” to tell it as a new idea.
refusal-contribution-taken = Idea { $number } is in a decision now, so this can’t be undone.
refusal-merge-two = Please name at least one other idea by its number.
refusal-merge-many = Please take at most { $limit } ideas at once.
refusal-merge-apart = These ideas answer different questions. Join only ideas under one question.
refusal-split-two = Please write at least two lines, one thing on each.
refusal-undo-not = Idea { $number } was not made out of others. There is nothing to undo.
refusal-undo-later = Idea { $number } is part of another idea now. Undo that one first.
refusal-undo-instead = Idea { $number } was made out of others. Press “Undo”, then decline what should not be read.
refusal-object-not = Nothing was made out of your idea. It stands by itself.
refusal-object-late = You could object for { $days } days. That time is over. Ask the people in charge here.
refusal-outcome-unknown = Choose where the idea is now: in a decision, decided or done.
refusal-owner-missing = Please say who answers first. Press “The facts”.
