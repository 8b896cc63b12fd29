# Drafts and /poll, for organisers.

draft-title = ### Draft for: { $title }
draft-question = **{ $text }**
draft-no-question = **To do:** press “Question” and write what you ask.
draft-no-options = **To do:** press “Options” and write them, one on each line.
draft-no-closing = **To do:** press “When” and say when it closes.
draft-closes = Closes: { $local }. For you that is { $when }.
draft-kind-pick = Pick one: each person chooses one option
draft-kind-approve = Approve any: each person says yes to all they like
draft-stage = Stage: { $stage }
draft-hidden = Nobody sees numbers before the close
draft-hands = Open show of hands: everyone sees the numbers at once
draft-everyone = Everyone may answer.
draft-where = It will be posted in { $channel }.
draft-nowhere = Nowhere to post it yet: someone with Manage Server runs /setup and picks the have-your-say channel.
draft-needs-short = It is open for less than { $days } days. Press “When” and give a public reason, or choose a later time.
draft-needs-stage = The project has not reached this stage. Press “When” and give a public reason, or choose another stage in “Rules”.
draft-press-question = Question
draft-press-options = Options
draft-press-when = When
draft-press-rules = Rules
draft-press-preview = Preview
draft-press-publish = Publish
draft-press-discard = Throw away
draft-press-back = Back to the draft
draft-preview-buttons = { $count ->
    [0] There are no options yet.
   *[other] Under it people find buttons for { $count } options.
}
draft-published = **Published** in { $channel }. It closes { $when }. From now on the words can’t be changed.
draft-discarded = Thrown away. Nobody saw it.
draft-question-form = The question
draft-options-form = The options
draft-when-form = When it closes
draft-rules-form = The rules
draft-field-question = What do you ask?
draft-field-options = Options, one on each line
draft-hint-options = From 2 to 20. Short is best: up to 80 letters fit on a button.
draft-field-when = When does it close?
draft-hint-when = As people say it: “Friday 6pm”, “14 May”, “in 10 days”. Clock: { $zone }.
draft-field-reason = Public reason (only for something unusual)
draft-hint-reason = Needed when it is open for less than { $days } days, or comes before its stage.
draft-field-kind = How people choose
draft-field-stage = Stage
draft-field-numbers = When people see the numbers
draft-field-audience = Who may answer
draft-hint-audience = Tick nobody to let everyone answer.
draft-field-quorum = How many people must answer?
draft-hint-quorum = Leave empty if any number counts.

poll-press-export = Files
poll-press-close = Close early
poll-press-cancel = Cancel it
poll-list-title = ### Polls
poll-list-none = There are none yet. Use /poll open.
poll-no-question = (no question yet)
poll-no-closing = no time yet
poll-line-draft = Draft: { $question }
poll-line-open = Open: { $question }. Closes { $when }.
poll-line-closed = Closed: { $question }
poll-line-cancelled = Cancelled: { $question }
poll-close-title = Close early
poll-cancel-title = Cancel
reason-public = Why? Everybody will read this.
poll-closed-now = **Closed.** The result is on its way to the channel.
poll-cancelled-now = **Cancelled.** The channel is told why. Nobody sees how it stood.
poll-export-here = The numbers, for you alone. The files hold no names.
