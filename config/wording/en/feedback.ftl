# /feedback: forms without names, reading what people wrote, and the standing box.

feedback-field-words = In your own words
feedback-field-comment = What else should we know?
feedback-field-scales = Your questions, one on each line
feedback-hint-scales = Question | lowest | highest. Such as: How safe did you feel? | not at all | very
feedback-new = What do people answer? For a ready form, use /feedback open.
feedback-press-question = One box to write in
draft-press-scales = Scales
feedback-press-scales = Scales, and a comment
feedback-scales-form = Scales, and a comment
feedback-export-here = What came out, for you alone. The files hold no names, and only words that have been posted.
draft-least = If fewer than { $count } people answer, nothing is shown.

review-press = Read what people wrote
review-press-accept = Show it
review-press-decline = Don’t show it
review-press-back = Back to the text
review-press-release = Post it
review-press-look = Look at them, and post
review-to-post = { $count ->
    [0] No text would be shown. People would see how many were left out.
    [one] **This 1 text would be posted:**
   *[other] **These { $count } texts would be posted:**
}
review-how = { $count ->
    [one] This is the last text. Could it show who wrote it? Does it name someone? Then don’t show it.
   *[other] { $count } texts wait, this one too. Could it show who wrote it? Does it name someone? Then don’t show it.
}
review-looks = **Look again:** part of it looks like { $what }.
review-accepted = It can be shown.
review-declined = It will not be shown. The words are deleted.
review-why = Why should it not be shown? The words will be deleted. People see only how many were left out.
review-hint = Choose a reason
review-why-personal = It has personal details: a number, an address
review-why-about = It is about a person with a name
review-why-unkind = It is unkind, or against the law
review-why-other = Something else
review-waiting = { $count ->
    [one] 1 text waits to be read.
   *[other] { $count } texts wait to be read.
}
review-none = All is read.
review-nothing = Nobody wrote anything, or too few people answered.
review-done = All is read and posted.
review-released = { $count ->
    [0] **Posted.** The channel is told that nothing can be shown.
    [one] **Posted.** 1 text is on its way to the channel.
   *[other] **Posted.** { $count } texts are on their way to the channel.
}

words-posted = { $count ->
    [0] None of what people wrote can be shown.
    [one] This is what one person wrote. The order tells nothing.
   *[other] These { $count } texts are what people wrote. The order tells nothing.
}
words-declined = { $count ->
    [one] 1 text is not shown, so that nobody is hurt or given away.
   *[other] { $count } texts are not shown, so that nobody is hurt or given away.
}
words-line = - “{ $text }”
words-more = There is more. The file has all of it.

box-named = { $when }: { $question }
box-question = What should we know?
box-card = This box closes and opens again by itself. If too few people answer, it stays open until the next time.
box-here = The box is open in { $channel }. It closes { $when }, and a new one opens.
box-pace = It does so { $pace }.
box-carries = If fewer than { $count } people answer, it stays open until the next time.
box-press-stop = Stop the box
box-stop-title = Stop the box
box-stopped = **Stopped.** What people wrote so far is counted now. No new box will open.

desk-feedback = { $count ->
    [one] 1 text to read, written without a name: { $question }
   *[other] { $count } texts to read, written without names: { $question }
}
desk-release = All is read and not posted yet: { $question }
desk-press-unnamed = Ask without names
desk-press-feedback = Read: { $question }
desk-press-release = Post the words: { $question }
digest-comments = { $count ->
    [one] **1 text written without a name waits to be read.**
   *[other] **{ $count } texts written without names wait to be read.**
}
schedule-what-box = The standing box “{ $question }” closes and opens again
card-words = what people wrote

refusal-form-which = You chose a form, but not which one. Nothing was opened. Choose it in “form” and send the command again.
refusal-scales-too-many = You wrote { $count } questions, and { $limit } fit. Nothing was changed. Leave some out.
refusal-scale-unreadable = Line { $number } is not a question with two ends. Nothing was changed. Write it like this: How safe did you feel? | not at all | very
refusal-scale-too-long = Line { $number } is too long: a question takes { $limit } letters, an end takes { $end }. Nothing was changed. Make it shorter.
refusal-words-read = Somebody else has just read this text. Nothing was changed. Press “Read what people wrote” for the next one.
refusal-words-unread = { $count ->
    [one] 1 text waits to be read first. Nothing was posted. Use /feedback review.
   *[other] { $count } texts wait to be read first. Nothing was posted. Use /feedback review.
}
refusal-words-released = This is posted already. Nothing was posted again. Look in its channel.
refusal-words-none = Nobody wrote anything here, so there is nothing to post. The numbers are in its channel.
refusal-box-there = The box is open already. Nothing was changed. Use /feedback box alone to see it or to stop it.
refusal-box-pace-missing = There is no box yet. To open one, say how often it closes, such as: every two weeks on Friday 6pm
refusal-box-too-often = The box needs time: at least two weeks between two closings. Nothing was opened. Try “every two weeks on Friday 6pm” or “first Friday of the month 6pm”.

dictionary-form-field = What was asked in this part of the form. A quote mark in front keeps a spreadsheet from running it.
dictionary-form-options = The answers that are counted together here. Empty for words.
dictionary-form-people = How many people chose one of them. Empty for words.
dictionary-form-words = What somebody wrote, once it was posted. The order tells nothing.
dictionary-form-question = What was asked.
dictionary-form-stage = The stage of the project: define, options, decide, deliver or evaluate.
dictionary-form-sealed = True if people answered without names.
dictionary-form-opened-ms = When it opened, in milliseconds since the start of 1970 (UTC).
dictionary-form-closes-ms = When it was to close, in milliseconds since the start of 1970 (UTC).
dictionary-form-closed-ms = When it closed, in milliseconds since the start of 1970 (UTC).
dictionary-form-released-ms = When the words were posted, in milliseconds since the start of 1970 (UTC). 0 if they were not.
dictionary-form-answers = How many people answered.
dictionary-form-standings = How many people of each kind answered. Groups that are too small are left out. Empty without names.
dictionary-form-outcome = Only without names: few if too few people answered to show anything, lost if the key was lost. Empty if there is a result.
dictionary-form-fields = The parts of the form, each with its label, its options, groups of options by place (0 is the first) with how many people chose one of them, and words.
dictionary-form-declined = How many texts are not shown, by reason: personal, about, unkind, other. old if nobody read them in time.
