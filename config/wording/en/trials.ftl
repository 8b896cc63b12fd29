# Trying questions before they open: for those who help, and for organisers.

trial-press-help = Help us try questions
trial-press-agree = Yes, ask me sometimes
trial-press-stop = Stop helping
trial-press-try = { $count ->
    [one] A question to try (1)
   *[other] Questions to try ({ $count })
}
trial-help = **Help us try questions**
    Before a question opens, two people read it first. You could be one of them.
    You say what you think it asks, and if anything was hard. It takes two minutes.
    We choose by chance. We send no messages: look under “Have your say” now and then.
    Organisers read your words without your name. We delete them when the question opens or is thrown away.
    You can stop at any time, here.
trial-helping = You are helping. Thank you!
trial-agreed = **Thank you! You are helping now.**
    When there is a question to try, you find a button under “All open questions”, “My answers” and “Help”.
    To stop, press Help, then Help us try questions.
trial-stopped = **Stopped.** We won’t ask you again. What you said about drafts is deleted.
trial-notice-asking = { $who } asks you to try questions before they open.
trial-notice-kept = Organisers read what you say, without your name. We delete it when the question opens or is thrown away. You can see it, change it and erase it before.
trial-notice-not = All right. Nothing was kept.

have-trying = { $count ->
    [one] **A question to try:** we asked 1 person who helps us. Is it you? Press { $press }.
   *[other] **A question to try:** we asked { $count } people who help us. Is it you? Press { $press }.
}

trial-title = **Please try this question.** It is not open yet, and your answer is not counted. This is what people would read:
trial-box = People would write in one box: **{ $label }**
trial-facts = **What officials know:** { $text }
trial-next = **What do you think this asks you? Was anything hard or missing?** Please tell us.
trial-press-say = Tell us
trial-press-change = Change what I said
trial-press-again = Look again
trial-form = Try this question
trial-field-understood = What do you think this asks you?
trial-hint-understood = In your own words. There is no wrong answer.
trial-field-hard = Was anything hard, or missing?
trial-hint-hard = You can leave this empty. Leave out names.
trial-saved = **Saved. Thank you!** Organisers read it without your name. You can change it until the question opens.
trial-changed-since = The question was changed after you read it. Would you look again?

trial-press-ask = Let two residents try it
trial-press-said = What they said ({ $count } of { $asked })
trial-press-one = Go on with one
trial-asked = { $count ->
    [one] **One person who helps was asked.** They find it under “Have your say”.
   *[other] **{ $count } people who help were asked.** They find it under “Have your say”.
} What they say comes back to this draft, without names. You can go on changing it.
trial-stands = { $asked ->
    [one] 1 person was asked to try it, and { $count } answered.
   *[other] { $asked } people were asked to try it, and { $count } answered.
}
trial-said-title = **What they said** ({ $count } of { $asked }). Nobody’s name is shown, and the order says nothing.
trial-said = **Reader { $number } thinks it asks:** “{ $text }”
trial-said-hard = **Hard or missing:** “{ $text }”
trial-said-before = The draft has changed since they read it.
trial-said-kept = This is deleted when you publish the draft or throw it away.

refusal-trial-not-organisers = Organisers can’t try questions themselves. Ask residents to press Help, then Help us try questions.
refusal-trial-over = There is nothing here for you to try now. It is over once a question opens or is thrown away. Press “Have your say” to see what is open.
refusal-trial-question-missing = There is nothing to try yet. Press “Question” and write what you ask first.
refusal-trial-nobody = Nobody whom this project is for has agreed to try questions yet. Ask residents to press Help under “Have your say”, then Help us try questions.
refusal-trial-nobody-left = Everybody who helps was asked about this draft already. Ask more residents to press Help under “Have your say”, then Help us try questions.
refusal-trial-only-one = Only one person can be asked now. Go on with one, or ask residents first to press Help under “Have your say”, then Help us try questions.
refusal-trial-asked-already = Two people were asked about it as it is now. If one says nothing for 3 days, or once you change it, you can ask again.
