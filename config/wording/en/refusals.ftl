# Every "no". Each says what to do.

refusal-organisers-only = Only organisers can do this. If you should be one, ask someone who manages this server to run /setup.
refusal-organiser-role-not-set = Nobody is an organiser here yet. Ask someone who manages this server to run /setup.
refusal-organiser-role-gone = The organisers’ role was deleted. Questions that are open go on. Ask someone who manages this server to run /setup and choose a new role.
refusal-set-up-only = Only people who may manage this server can do this. Please ask one of them.
refusal-not-in-direct-messages = I can’t see who you are in private messages. Please do this in the server. Here you can send /my data and /my erase.
refusal-not-there = You are not on this server any more, so I can’t take this. Join it again to go on. You can still see and erase what we hold about you.
refusal-server-gone = I can’t reach this server any more, so I can’t take this. You can still see and erase what we hold about you.
refusal-nothing-held-anywhere = We hold nothing about you, on any server that I know.
refusal-not-a-member = I’m not a member of this server, so I keep nothing here. Ask the people who run it to invite me.
refusal-button-unknown = This button is out of date. Please use the newest message, or press “Have your say”.
refusal-words-changed = **This has changed since you read it.** So nothing was done. It is like this now:
refusal-words-first = **Please read this first.** Nothing was done yet. It is like this now:
refusal-cannot-save = I could not save this: the computer I run on has trouble. Nothing was changed. Please try again in a few minutes.
refusal-cannot-tell = I can’t read all that I hold about you right now, so I show nothing. Please try again in a few minutes. If it stays so, tell an organiser.
refusal-notice-first = Please read who sees what first. Press the button again.

refusal-round-unknown = I can’t find this question here. Press “Have your say”, or pick one from the list that opens as you type.
refusal-round-closed = This question has closed. Look for the result in its channel.
refusal-round-cancelled = This question was cancelled. Its channel says why.
over-counts = This question has closed. Your answer from { $when }, { $choice }, counts. Look for the result in its channel.
over-weighed = This question has closed. What you said up to { $when } counts: { $choice }. Look for the result in its channel.
over-form = This question has closed. Your answer from { $when } counts. Look for the result in its channel.
over-none = This question has closed. I have no answer from you to it. Look for the result in its channel.
over-sealed = This question has closed, so nothing was changed. It was asked without names, so I can’t tell if you had answered. Look for the result in its channel.
over-ideas = { $count ->
    [0] This question has closed. I have no idea of yours in it. You can read what others said in its channel.
    [one] This question has closed. Your idea from before is still in it. “My answers” shows what became of it.
   *[other] This question has closed. Your { $count } ideas from before are still in it. “My answers” shows what became of them.
}
refusal-round-not-open = This question is not open. Press “Have your say” to see what is.
refusal-round-not-for-you = This question is for other people. It says for whom. Press “Have your say” to see what else is open.
refusal-round-over = This poll is over already. Look at its result with /poll results.
refusal-only-adults = This project is for people aged 18 and over. Press “Have your say” to see what else is open.
refusal-only-teens = This project is for people aged 13 to 17. Press “Have your say” to see what else is open.
refusal-choice-unknown = This option is not there any more. Please press an option of the newest message.
refusal-choose-one = Please choose one option.
refusal-choose-some = Please choose at least one option. To take your answer back, press “Take it back”.
refusal-nothing-to-withdraw = There is no answer of yours to take back.
refusal-nothing-held = We hold nothing about you here.
refusal-results-never = This poll was cancelled. Nobody sees how it stood.
refusal-post-not-unsent = This was posted meanwhile. There is nothing to do.
refusal-post-nowhere = There is no channel for it now. Ask someone who manages this server to run /setup and choose one. Then press “Post again”.
refusal-worry-contact-missing = Nobody hears safety worries here now. Ask someone who manages this server to run /setup and choose a person. Then press “Post again”.
refusal-results-later = Nobody sees results before a poll closes, organisers neither. It closes by itself at its time.

refusal-word-missing = Please write the word that you don’t know.
refusal-word-unknown = This word is not in your glossary. See /glossary show, or pick one from the list that opens as you type.
refusal-words-asked-many = You have asked for { $limit } words within a day. Please ask for more tomorrow.
refusal-acts-many = You have changed things { $limit } times within an hour, and that is the most. Nothing was done. Please try again in { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
}.
refusal-meaning-missing = Please write what it means.

refusal-worry-nobody = Nobody is chosen here yet to hear safety worries, so I can’t pass one on. Please ask for help yourself.
refusal-worry-not-yours = Only the person who hears safety worries here, or their deputy, can press this.
refusal-danger-gone = These words are not there any more. If you know what they said, write it: press “Help”, then “Worried about someone”.
refusal-danger-known = These words were passed on already. The person who hears safety worries gets them.
refusal-worry-too-many = You have sent several worries within an hour. They were passed on. Please wait an hour before the next one.
refusal-worry-empty = Please write what worries you.

refusal-kind-unknown = I don’t know this kind of poll. Choose “Pick one” or “Approve any”.
refusal-draft-not-open = This draft is not there any more: it was published, thrown away or forgotten after 14 days. Look at /poll list, or start a new one with /poll open.
refusal-draft-published = This poll is published already. Its words can’t be changed now.
refusal-question-empty = Please write a question.
refusal-question-too-long = The question has { $length } letters. Please use { $limit } or fewer.
refusal-option-empty = Option { $number } is empty. Please write something, or take the empty line out.
refusal-option-too-long = Option { $number } has { $length } letters. Please use { $limit } or fewer.
refusal-option-doubled = Options { $earlier } and { $number } are the same: “{ $text }”. Please change one.
refusal-options-too-few = There is { $count ->
    [one] only 1 option
   *[other] no option
}. Please give at least 2, one on each line.
refusal-options-too-many = There are { $count } options. Please give { $limit } or fewer.
refusal-closing-missing = When does it close? Press “When” and say it, like “Friday 6pm”.
refusal-closing-past = This closing time is over already. Press “When” and choose a later one.
refusal-reason-short = It would be open for less than { $days } days. Press “When” and give a public reason, or choose a later time.
refusal-reason-stage = The project has not reached this stage. Press “When” and give a public reason, or choose another stage in “Rules”.
refusal-reason-plain = It is hard to read: the reading age is { $age }, and our limit is { $limit }. Use shorter words and sentences. Or press “When” and give a public reason.
refusal-quorum-unreadable = Please write a whole number, like 20, or leave it empty.
refusal-end-reason-missing = Please give a reason. Everybody will read it.
refusal-say-channel-missing = There is no channel to post it in. Ask someone who manages this server to run /setup and choose the have-your-say channel.
refusal-moderators-channel-missing = There is no moderators’ channel. Ask someone who manages this server to run /setup and choose one.
refusal-permissions-missing = I can’t post in { $channel }. I lack: { $permissions }. Ask someone who manages this server to allow it, then press Publish again.

refusal-title-empty = Please give the project a name.
refusal-title-too-long = The name has { $length } letters. Please use { $limit } or fewer.
refusal-title-taken = There is a project called “{ $title }” already. Please choose another name.
refusal-decides-missing = Please say who decides or answers.
refusal-fixed-missing = Please say what can’t change. If everything can, write “nothing”.
refusal-words-too-long = This has { $length } letters. Please use { $limit } or fewer.
refusal-promise-past = This time is over already. By when will people hear back? Choose a later time.
refusal-initiative-first = There is no project yet. Start one with /initiative start.
refusal-initiative-unknown = I can’t find this project. Pick one from the list that opens as you type.
refusal-initiative-closed = The project “{ $title }” is closed. Start a new one with /initiative start.
refusal-initiative-has-rounds = “{ $question }” is still open. Close it first, or wait for its time.
refusal-initiative-has-promise = People still wait for an answer. Use /promise keep first.
refusal-close-reason-missing = Please give a reason. Everybody will read it.
refusal-standing-has-no-stages = “Other questions” has no stages. Start a project with /initiative start.
refusal-standing-never-closes = “Other questions” never closes.
refusal-stage-unknown = Please choose a stage.
refusal-stage-same = The project is at this stage already. Choose another one.
refusal-stage-reason-missing = Please give a reason. Everybody will read it.
refusal-stage-skips = This is not the next stage. If it must be, say why in at least { $least } letters, so that people understand.
refusal-lead-is-deputy = The lead and the deputy must be two people. Choose somebody else for one of them.
refusal-promise-none = No promise was made here.
refusal-promise-over = People have had their answer about “{ $title }”. Before you ask again, promise them a new one: use /promise make.
refusal-promise-owed = People still wait for your last answer. Use /promise keep first.
refusal-promise-has-rounds = This question is still open: { $question } Answer people when nothing is open any more.
refusal-idea-done-and-refused = Idea { $number } is in both lists. Leave it in one.
refusal-promise-kept = This promise is kept already.
refusal-said-missing = Please write what people told you.
refusal-did-missing = Please write what you did or will do.
refusal-wont-missing = Please write what you won’t do, and why. If there is nothing, say so.
refusal-zone-abbreviation = “{ $text }” has no summer time, or is used in several places. Please write a city’s, such as { $city }.
refusal-zone-unknown = I don’t know the time zone “{ $text }”. Write it like Europe/London.
refusal-language-unknown = I don’t speak “{ $text }” yet. Choose one of: { $there }.
refusal-role-has-two-standings = One role can have one standing only. Take it out of the other one first.

refusal-when-empty = Please say when. For example: Friday 6pm.
refusal-when-too-long = That is too long. Please use { $limit } letters or fewer, like “Friday 6pm”.
refusal-when-unreadable = I could not read “{ $text }” as a time. Try “Friday 6pm”, “14 May 6pm” or “in 10 days”.
refusal-when-needs-day = Which day at { $time }? Say the day too, like “tomorrow { $time }”.
refusal-when-midnight = Midnight could be the start or the end of the day. Say 11:59pm or 00:01. If you meant the middle of the day, say noon.
refusal-when-ambiguous-hour = Is { $time } in the morning or the evening? Say { $morning } or { $evening }.
refusal-when-ambiguous-date = { $said } could be { $first } or { $second }. Write the month as a word, like “{ $first }”.
refusal-when-no-such-date = There is no such date as { $said }. Check the day and the month, and say it again.
refusal-when-weekday-mismatch = You said { $said }, but that date is { $day }. Change the weekday or the date.
refusal-when-ambiguous-day = { $said } could be { $first } or { $second }. Say which date you mean.
refusal-when-two-days = You named two days, { $first } and { $second }. Say just one.
refusal-when-two-times = You named two times, { $first } and { $second }. Say just one.
refusal-when-past = { $moment } is not in the future. It is now { $now }. Say a later time.
refusal-when-too-far = { $moment } is more than two years away. Say a time no later than { $latest }.
refusal-when-clock-skips = The clocks go forward on { $day }, so there is no { $time }. Choose another time, like { $instead }.
refusal-when-clock-repeats = The clocks go back on { $day }, so { $time } comes twice. Choose another time, like { $instead }.
refusal-pace-unreadable = I could not read “{ $text }”. Try “every Monday 9am”, “every two weeks on Monday 9am” or “first Tuesday of the month 10am”. You can add “until 30 June”.
refusal-pace-needs-time = At what time? Add one, like “9am”.
refusal-pace-needs-day = On which day? Say “every Monday 9am” or “first Tuesday of the month 10am”.
refusal-pace-two-meanings = This could mean two things. Say “every two weeks on Tuesday” or “second Tuesday of the month”.
refusal-pace-ends-before-start = This would end on { $last }, before it first happens on { $first }. Choose a later last day.

refusal-source-unfit = These ideas can’t be weighed. Choose an ask that is open or closed, from the list that opens as you type.
refusal-statements-none = There is no statement to read yet. Press “Add statements” first, or let others read some ideas.
refusal-statement-gone = This statement is not there any more. Your other answers stay. Press “Say where you stand” to go on.
refusal-weighed-nothing = You have not said where you stand here. Press “Say where you stand” while it is open.

refusal-receipt-mistyped = “{ $text }” is not a receipt number. Look at the form again: it has eight letters and numbers, like CDFH-JKMN.
refusal-receipt-unknown = There is no receipt number { $receipt } here. Look at the form again, or enter the answer without one.
refusal-receipt-elsewhere = Receipt number { $receipt } is of another question. Choose that question and enter it there.
refusal-receipt-entered = Receipt number { $receipt } was entered before, so it counts already or waits to. Look at /answers waiting.
refusal-paper-audience = The question of { $receipt } is not for people of this kind. Look at who may answer, and choose again.
refusal-copies-unreadable = Please choose from 1 to { $most } forms.
refusal-statement-unknown = There is no statement { $number } in this question. Look at the number on the form.
refusal-batch-full = { $limit } answers wait already. Ask a second organiser to confirm them first: /answers waiting.
refusal-batch-settled = This does not wait any more: it was confirmed, sent back, or came too late. Look at /answers waiting.
refusal-batch-own = You entered this, so somebody else must confirm it. Are you the only organiser? Ask someone who manages this server to give a second person the role in /setup.
refusal-file-too-big = The file is bigger than { $megabytes } MB. Split it, and import one part after the other.
refusal-file-unreadable = The file is not plain text. Save it as CSV in UTF-8, and try again.
refusal-file-workbook = This is a workbook, not a CSV file. Open it in the spreadsheet, choose “Save as” and “CSV UTF-8”, and import that file.
refusal-file-letters = Line { $line }, at “{ $text }”: nothing says for sure which letters these are. Open the file in the spreadsheet, choose “Save as” and “CSV UTF-8”, and import that file.
refusal-file-empty = The file has no answers. It needs a line with the names of its columns, then a line for each answer.
refusal-file-rows = The file has more than { $limit } answers. Split it, and import one part after the other.
refusal-row-quotes = A quote mark opens here that nothing closes, or the cell is far too long. Mend it.
refusal-row-cells = This line has { $count } cells, but the first line has { $wanted }. Does a comma or a quote mark lack?
refusal-row-broken = A cell says “{ $text }”: the spreadsheet lost what was typed there. Format its column as text, and type it again.
refusal-row-long = A cell is longer than { $limit } characters. Make it shorter.
refusal-row-receipt = This line has no receipt number. Print a form for it and use that number.
refusal-row-twice = Receipt number { $receipt } is on line { $line } already. Keep one of the two.
refusal-column-unknown = There is no column “{ $name }” for this question. It can have: { $known }.
refusal-column-unnamed = Column { $number } has no name in this line. Name it, or delete the whole column.
refusal-column-curly = The quote marks are curly (“ ”), so nobody can tell where a cell ends. Save the file as CSV from a spreadsheet.
refusal-column-twice = The column “{ $name }” is there twice. Keep one of them.
refusal-column-missing = The column “{ $name }” is missing. Add it.
refusal-came-unknown = “{ $text }” is no way for an answer to come. Write paper, phone or meeting, or leave it empty.
refusal-standing-unknown = “{ $text }” is nobody we know. Write resident, front line, officer, councillor or partner, or leave it empty.
refusal-answer-missing = There is no answer here. Fill it in, or take the line out.
refusal-option-date = “{ $text }” is a date that the spreadsheet made of an option. Write the option’s number with # before it, like #2.
refusal-option-unknown = “{ $text }” is no option of this question. Write its words, or its number from 1 to { $count }.
refusal-option-unclear = “{ $text }” is the number of one option and the words of another. Write the other one’s number, or all its words.
refusal-vote-unknown = “{ $text }” is no vote on statement { $number }. Write agree, disagree or pass.
refusal-numbers-unreadable = “{ $text }” is no number of an idea. Please write numbers, such as 4, 9 and 12-15.
refusal-numbers-many = That is a lot: please write at most { $limit } numbers at once.
refusal-name-unclear = { $count } things are called that. Please pick one from the list that opens while you type: each has its number there.
